import AWSServices
import AWSWire
import Provisioning
import Resources

/// How a zone's tasks reach the internet. A dead one stays visible for an hour and does not count.
enum NATGatewayHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<NATGatewaySettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.natgateway) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeNatGatewaysRequest(filter: work.ofThisStack))
        return pages.flatMap(\.natGateways).compactMap { gateway in
            let tags = EC2.dictionary(gateway.tags)
            guard let address = work.scope.address(in: tags), gateway.state != .deleted else { return nil }
            return observed(gateway, address, tags, work)
        }
    }

    static func observed(
        _ gateway: EC2.NatGateway, _ address: Address, _ tags: [String: String], _ work: Work
    ) -> Observed? {
        guard let id = gateway.natGatewayId else { return nil }
        var facts = work.connection.facts(id, "natgateway")
        facts[.publicAddress] = mainAddress(gateway)?.publicIp
        return Observed(address, .natGateway(settings(gateway)), facts: facts, state: state(gateway), tags: tags)
    }

    static func settings(_ gateway: EC2.NatGateway) -> NATGatewaySettings {
        NATGatewaySettings(
            subnet: Value(gateway.subnetId ?? ""), address: Value(mainAddress(gateway)?.allocationId ?? ""))
    }

    private static func mainAddress(_ gateway: EC2.NatGateway) -> EC2.NatGatewayAddress? {
        gateway.natGatewayAddresses.first { $0.isPrimary ?? true } ?? gateway.natGatewayAddresses.first
    }

    static func state(_ gateway: EC2.NatGateway) -> Observed.State {
        switch gateway.state?.rawValue {
        case "pending": .pending("the NAT gateway is pending")
        case "failed":
            .failed("\(gateway.failureCode ?? "failed"): \(gateway.failureMessage ?? "EC2 gives no reason")")
        case "deleting", "deleted": .deleting
        default: .ready
        }
    }

    static func create(_ order: Order<NATGatewaySettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        // A token answers with the gateway that it once made, also when that one is dead by now.
        for generation in 1...Self.mostGenerations {
            let request = EC2.CreateNatGatewayRequest(
                allocationId: wanted.address.text,
                clientToken: order.token("\(wanted.subnet.text)/\(wanted.address.text)/\(generation)"),
                subnetId: wanted.subnet.text, tagSpecifications: order.tagged(.natgateway), connectivityType: .public)
            let made = try await work.callOnce(request) { work in
                try await find(Search([], work)).first { $0.address == order.address && isLike(wanted, $0) }
            } made: { answer in
                let gateway = try answer.natGateway.orUnreadable("EC2.CreateNatGateway", "NatGateway")
                let found = try observed(gateway, order.address, order.tags, work).orUnreadable(
                    "EC2.CreateNatGateway", "NatGatewayId")
                return order.done(facts: found.facts, state: found.state == .ready ? .ready : found.state)
            }
            if made.state != .deleting { return made }
        }
        throw AWSError(
            service: "EC2", operation: "CreateNatGateway", region: work.connection.region, kind: .other,
            code: "DeadGateway",
            message: "every token answers with a gateway that is gone")
    }

    private static let mostGenerations = 8

    private static func isLike(_ wanted: NATGatewaySettings, _ observed: Observed) -> Bool {
        guard case .natGateway(let found) = observed.settings, observed.state != .deleting else { return false }
        if case .failed = observed.state { return false }
        return found.subnet == wanted.subnet
    }

    static func update(_ order: Order<NATGatewaySettings>, from observed: Observed) async throws -> Observed {
        guard let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        try await work.call(EC2.DeleteNatGatewayRequest(natGatewayId: id))
    }
}
