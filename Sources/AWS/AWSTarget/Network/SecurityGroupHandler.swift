import AWSServices
import AWSWire
import Provisioning
import Resources

/// A group alone. Its name is unique in its network, so a second creation is refused and the first one is found.
enum SecurityGroupHandler: KindHandler {
    static func find(_ search: Search<SecurityGroupSettings>) async throws -> [Observed] {
        let work = search.work
        return try await groups(work).compactMap { group in
            let tags = EC2.dictionary(group.tags)
            guard let address = work.scope.address(in: tags) else { return nil }
            return observed(group, address, tags, work)
        }
    }

    /// All groups of the stack, with their rules.
    static func groups(_ work: Work) async throws -> [EC2.SecurityGroup] {
        guard try await work.mayHave(.securityGroup) else { return [] }
        return try await work.lookAll(EC2.DescribeSecurityGroupsRequest(filters: work.ofThisStack)).flatMap(
            \.securityGroups)
    }

    private static func observed(
        _ group: EC2.SecurityGroup, _ address: Address, _ tags: [String: String], _ work: Work
    ) -> Observed? {
        guard let id = group.groupId else { return nil }
        let settings = SecurityGroupSettings(
            vpc: Value(group.vpcId ?? ""), name: Value(group.groupName ?? ""), description: group.description ?? "")
        return Observed(
            address, .securityGroup(settings), facts: work.connection.facts(id, "security-group"), tags: tags)
    }

    static func create(_ order: Order<SecurityGroupSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let request = EC2.CreateSecurityGroupRequest(
            description: wanted.description, groupName: wanted.name.text, vpcId: wanted.vpc.text,
            tagSpecifications: order.tagged(.securityGroup))
        do {
            let answer = try await work.call(request)
            let id = try answer.groupId.orUnreadable("EC2.CreateSecurityGroup", "GroupId")
            return order.done(facts: work.connection.facts(id, "security-group"))
        } catch let error as AWSError where error.code == "InvalidGroup.Duplicate" {
            // An earlier call made it, or somebody else did.
            let named = EC2.DescribeSecurityGroupsRequest(filters: [
                EC2.Filter(name: "vpc-id", values: [wanted.vpc.text]),
                EC2.Filter(name: "group-name", values: [wanted.name.text]),
            ])
            let group = try await work.fresh().lookAll(named).flatMap(\.securityGroups).first
            let tags = EC2.dictionary(group?.tags ?? [])
            guard let group, work.scope.address(in: tags) == order.address,
                let found = observed(group, order.address, tags, work)
            else { throw error }
            return found
        }
    }

    static func update(_ order: Order<SecurityGroupSettings>, from observed: Observed) async throws -> Observed {
        guard let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        do {
            try await work.call(EC2.DeleteSecurityGroupRequest(groupId: id))
        } catch let error as AWSError where HeldAnswer.matches(error) {
            try await SecurityGroupRulesHandler.revokeReferences(to: id, work.fresh())
            try await work.call(EC2.DeleteSecurityGroupRequest(groupId: id))
        }
    }

    static func blockers(of observed: Observed, _ work: Work) async throws -> [String] {
        try await Interfaces.holding("group-id", observed.facts[.id], work)
    }
}
