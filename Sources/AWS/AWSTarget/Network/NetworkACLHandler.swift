import AWSServices
import AWSWire
import Provisioning
import Resources

/// A list with its entries and the subnets that follow it. A subnet always follows one: an association is moved, never removed.
enum NetworkACLHandler: KindHandler {
    static func find(_ search: Search<NetworkACLSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.networkAcl) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeNetworkAclsRequest(filters: work.ofThisStack))
        return pages.flatMap(\.networkAcls).compactMap { list in
            let tags = EC2.dictionary(list.tags)
            guard let address = work.scope.address(in: tags), let id = list.networkAclId else { return nil }
            return Observed(
                address, .networkACL(settings(list)), facts: work.connection.facts(id, "network-acl"), tags: tags)
        }
    }

    static func settings(_ list: EC2.NetworkAcl) -> NetworkACLSettings {
        NetworkACLSettings(
            vpc: Value(list.vpcId ?? ""), entries: list.entries.filter { !$0.isAWSsOwn }.map(entry),
            subnets: list.associations.compactMap(\.subnetId).map { Value($0) })
    }

    private static func entry(_ entry: EC2.NetworkAclEntry) -> ACLEntry {
        ACLEntry(
            direction: entry.egress == true ? .egress : .ingress, number: entry.ruleNumber ?? 0,
            allows: entry.ruleAction == .allow,
            ports: PortRange(protocol: entry.protocol ?? "-1", from: entry.portRange?.from, to: entry.portRange?.to),
            cidr: entry.cidrBlock ?? entry.ipv6CidrBlock ?? "")
    }

    static func create(_ order: Order<NetworkACLSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let request = EC2.CreateNetworkAclRequest(
            vpcId: wanted.vpc.text, tagSpecifications: order.tagged(.networkAcl), clientToken: order.tokenOfRun())
        return try await work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && isIn(wanted.vpc, $0) }
        } made: { answer in
            let id = try (answer.networkAcl?.networkAclId).orUnreadable("EC2.CreateNetworkAcl", "NetworkAclId")
            return order.born(
                NetworkACLSettings(vpc: wanted.vpc, entries: [], subnets: []),
                facts: work.connection.facts(id, "network-acl"))
        }
    }

    private static func isIn(_ vpc: Value, _ observed: Observed) -> Bool {
        if case .networkACL(let settings) = observed.settings { settings.vpc == vpc } else { false }
    }

    static func update(_ order: Order<NetworkACLSettings>, from observed: Observed) async throws -> Observed {
        guard case .networkACL(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        let (wanted, work) = (order.settings, order.work)
        try await order.retag(id, from: observed)
        let changes = EntryChanges(from: found.entries, to: wanted.entries)
        for entry in changes.put { try await put(entry, id, work) }
        for entry in changes.removed {
            try await work.callIfThere(
                EC2.DeleteNetworkAclEntryRequest(
                    networkAclId: id, ruleNumber: entry.number, egress: entry.direction == .egress))
        }
        // Entries come first: a subnet that follows an empty list is cut off.
        try await move(wanted.subnets.filter { !found.subnets.contains($0) }, in: wanted.vpc, to: id, work)
        let extra = found.subnets.filter { !wanted.subnets.contains($0) }
        if !extra.isEmpty { try await moveToDefault(extra, wanted.vpc, work) }
        return order.done(facts: observed.facts)
    }

    private static func put(_ entry: ACLEntry, _ id: String, _ work: Work) async throws {
        let (number, ports) = (entry.ports.protocolNumber, entry.ports.limits)
        let range = ports.map { EC2.PortRange(from: $0.lowerBound, to: $0.upperBound) }
        let action: EC2.RuleAction = entry.allows ? .allow : .deny
        do {
            try await work.call(
                EC2.CreateNetworkAclEntryRequest(
                    networkAclId: id, ruleNumber: entry.number, protocol: number, ruleAction: action,
                    egress: entry.direction == .egress, cidrBlock: entry.cidr, portRange: range))
        } catch let error as AWSError where error.code == "NetworkAclEntryAlreadyExists" {
            try await work.call(
                EC2.ReplaceNetworkAclEntryRequest(
                    networkAclId: id, ruleNumber: entry.number, protocol: number, ruleAction: action,
                    egress: entry.direction == .egress, cidrBlock: entry.cidr, portRange: range))
        }
    }

    /// An association gets another id each time it moves: one that is not known any more has moved by a call whose answer was
    /// lost, and the next look shows where to.
    private static func move(_ subnets: [Value], in vpc: Value, to id: String, _ work: Work) async throws {
        guard !subnets.isEmpty else { return }
        let names = Set(subnets.map(\.text))
        for attempt in 1... {
            // Lists whose subnets move at the same moment share one look; it must know of every subnet.
            let age = attempt == 1 ? sharedAge : .zero
            var found = try await associations(in: vpc, work.fresh(within: age))
            if !names.isSubset(of: found.compactMap(\.subnetId)) {
                found = try await associations(in: vpc, work.fresh())
            }
            let old = found.filter { $0.networkAclId != id && names.contains($0.subnetId ?? "") }
                .compactMap(\.networkAclAssociationId)
            do {
                for association in old {
                    try await work.call(
                        EC2.ReplaceNetworkAclAssociationRequest(associationId: association, networkAclId: id))
                }
                return
            } catch let error as AWSError where error.code == "InvalidAssociationID.NotFound" && attempt < mostMoves {
                continue
            }
        }
    }

    private static let mostMoves = 4
    private static let sharedAge = Duration.seconds(2)

    private static func associations(in vpc: Value, _ work: Work) async throws -> [EC2.NetworkAclAssociation] {
        try await lists(of: vpc.text, work).flatMap(\.associations)
    }

    /// All lists of a network, its own among them.
    static func lists(of vpc: String, _ work: Work) async throws -> [EC2.NetworkAcl] {
        try await work.lookAll(
            EC2.DescribeNetworkAclsRequest(filters: [EC2.Filter(name: "vpc-id", values: [vpc])])
        ).flatMap(\.networkAcls)
    }

    private static func moveToDefault(_ subnets: [Value], _ vpc: Value, _ work: Work) async throws {
        let lists = try await lists(of: vpc.text, work.fresh(within: sharedAge))
        guard let id = lists.first(where: { $0.isDefault == true })?.networkAclId else { return }
        try await move(subnets, in: vpc, to: id, work)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .networkACL(let found) = observed.settings, let id = observed.facts[.id] else { return }
        let request = EC2.DeleteNetworkAclRequest(networkAclId: id)
        do { try await work.call(request) } catch let error as AWSError where error.code == "DependencyViolation" {
            // Subnets that stay follow it.
            let lists = try await lists(of: found.vpc.text, work.fresh())
            let own = lists.first { $0.networkAclId == id }?.associations.compactMap(\.subnetId) ?? []
            try await moveToDefault(own.map { Value($0) }, found.vpc, work)
            try await work.call(request)
        }
    }
}

extension EC2.NetworkAclEntry {
    /// The last entries of every list, which deny, one for IPv4 and one for IPv6.
    var isAWSsOwn: Bool { (ruleNumber ?? 0) > 32766 }
}

/// Which calls bring one list of entries to another.
struct EntryChanges: Equatable {
    var put: [ACLEntry]
    var removed: [ACLEntry]

    init(from found: [ACLEntry], to wanted: [ACLEntry]) {
        put = wanted.filter { !found.contains($0) }
        removed = found.filter { entry in
            !wanted.contains { $0.direction == entry.direction && $0.number == entry.number }
        }
    }
}
