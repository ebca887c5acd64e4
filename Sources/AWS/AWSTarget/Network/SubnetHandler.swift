import AWSServices
import Provisioning
import Resources

/// One tier's addresses in one zone, which is named by its id.
enum SubnetHandler: KindHandler {
    static func find(_ search: Search<SubnetSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.subnet) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeSubnetsRequest(filters: work.ofThisStack))
        return pages.flatMap(\.subnets).compactMap { subnet in
            let tags = EC2.dictionary(subnet.tags)
            guard let address = work.scope.address(in: tags), let id = subnet.subnetId else { return nil }
            let settings = SubnetSettings(
                vpc: Value(subnet.vpcId ?? ""), cidr: subnet.cidrBlock ?? "",
                zone: Value(subnet.availabilityZoneId ?? ""),
                mapsPublicAddresses: subnet.mapPublicIpOnLaunch ?? false)
            return Observed(
                address, .subnet(settings), facts: work.connection.facts(id, "subnet"), state: state(subnet), tags: tags
            )
        }
    }

    private static func state(_ subnet: EC2.Subnet) -> Observed.State {
        switch subnet.state?.rawValue {
        case "pending": .pending("the subnet is pending")
        case "failed", "failed-insufficient-capacity": .failed("the subnet is \(subnet.state?.rawValue ?? "failed")")
        default: .ready
        }
    }

    static func create(_ order: Order<SubnetSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let request = EC2.CreateSubnetRequest(
            vpcId: wanted.vpc.text, tagSpecifications: order.tagged(.subnet), availabilityZoneId: wanted.zone.text,
            cidrBlock: wanted.cidr)
        return try await work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && isIn(wanted.vpc, $0) }
        } made: { answer in
            let id = try (answer.subnet?.subnetId).orUnreadable("EC2.CreateSubnet", "SubnetId")
            var born = wanted
            born.mapsPublicAddresses = answer.subnet?.mapPublicIpOnLaunch ?? false
            return order.born(
                born, facts: work.connection.facts(id, "subnet"), state: answer.subnet.map(state) ?? .ready)
        }
    }

    private static func isIn(_ vpc: Value, _ observed: Observed) -> Bool {
        if case .subnet(let settings) = observed.settings { settings.vpc == vpc } else { false }
    }

    static func update(_ order: Order<SubnetSettings>, from observed: Observed) async throws -> Observed {
        guard case .subnet(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        if found.mapsPublicAddresses != order.settings.mapsPublicAddresses {
            let value = EC2.AttributeBooleanValue(value: order.settings.mapsPublicAddresses)
            try await order.work.call(EC2.ModifySubnetAttributeRequest(subnetId: id, mapPublicIpOnLaunch: value))
        }
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        try await work.call(EC2.DeleteSubnetRequest(subnetId: id))
    }

    static func blockers(of observed: Observed, _ work: Work) async throws -> [String] {
        try await Interfaces.holding("subnet-id", observed.facts[.id], work)
    }
}
