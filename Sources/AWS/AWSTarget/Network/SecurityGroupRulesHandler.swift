import AWSServices
import AWSWire
import Provisioning
import Resources

/// All rules of one group. They exist as soon as the group does: a new group lets everything out.
enum SecurityGroupRulesHandler: KindHandler {
    static func find(_ search: Search<SecurityGroupRulesSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.securityGroup])
        let groups = try await SecurityGroupHandler.groups(search.work)
        return search.items.compactMap { item in
            guard let id = item.settings.group.literal, let group = groups.first(where: { $0.groupId == id }) else {
                return nil
            }
            return Observed(item.address, .securityGroupRules(settings(group)), facts: [.id: id])
        }
    }

    static func settings(_ group: EC2.SecurityGroup) -> SecurityGroupRulesSettings {
        SecurityGroupRulesSettings(
            group: Value(group.groupId ?? ""), ingress: group.ipPermissions.flatMap(rules),
            egress: group.ipPermissionsEgress.flatMap(rules))
    }

    /// EC2 gives rules with the same ports as one permission.
    static func rules(_ permission: EC2.IpPermission) -> [GroupRule] {
        let ports = PortRange(
            protocol: permission.ipProtocol ?? "-1", from: permission.fromPort, to: permission.toPort)
        let blocks = (permission.ipRanges ?? []).map { (GroupRule.Peer.cidr(Value($0.cidrIp ?? "")), $0.description) }
        let blocks6 = (permission.ipv6Ranges ?? []).map {
            (GroupRule.Peer.cidr(Value($0.cidrIpv6 ?? "")), $0.description)
        }
        let groups = (permission.userIdGroupPairs ?? []).map {
            (GroupRule.Peer.group(Value($0.groupId ?? "")), $0.description)
        }
        let lists = (permission.prefixListIds ?? []).map {
            (GroupRule.Peer.prefixList(Value($0.prefixListId ?? "")), $0.description)
        }
        return (blocks + blocks6 + groups + lists).map { peer, description in
            GroupRule(ports: ports, peer: peer, description: description ?? "")
        }
    }

    static func permission(_ rule: GroupRule) -> EC2.IpPermission {
        var permission = EC2.IpPermission(
            ipProtocol: rule.ports.protocolName, fromPort: rule.ports.limits?.lowerBound,
            toPort: rule.ports.limits?.upperBound)
        let description = rule.description.isEmpty ? nil : rule.description
        switch rule.peer {
        case .cidr(let block) where block.text.contains(":"):
            permission.ipv6Ranges = [EC2.Ipv6Range(description: description, cidrIpv6: block.text)]
        case .cidr(let block): permission.ipRanges = [EC2.IpRange(description: description, cidrIp: block.text)]
        case .group(let id):
            permission.userIdGroupPairs = [EC2.UserIdGroupPair(description: description, groupId: id.text)]
        case .prefixList(let id):
            permission.prefixListIds = [EC2.PrefixListId(description: description, prefixListId: id.text)]
        }
        return permission
    }

    static func create(_ order: Order<SecurityGroupRulesSettings>) async throws -> Observed {
        let group = try await SecurityGroupHandler.groups(order.work.beforeCreation)
            .first { $0.groupId == order.settings.group.text }
        return try await settle(order, from: group.map(settings) ?? born(order))
    }

    static func update(_ order: Order<SecurityGroupRulesSettings>, from observed: Observed) async throws -> Observed {
        guard case .securityGroupRules(let found) = observed.settings else { return observed }
        return try await settle(order, from: found)
    }

    /// What every new group has.
    private static func born(_ order: Order<SecurityGroupRulesSettings>) -> SecurityGroupRulesSettings {
        SecurityGroupRulesSettings(group: order.settings.group, ingress: [], egress: [.everything])
    }

    /// Two runs may have added rules one after the other, and a call with one rule too many adds none: then it looks and
    /// corrects until nothing is left to correct.
    private static func settle(
        _ order: Order<SecurityGroupRulesSettings>, from known: SecurityGroupRulesSettings
    ) async throws -> Observed {
        let (id, work) = (order.settings.group.text, order.work)
        var found = known
        for _ in 1...Self.mostRounds {
            do {
                try await change(
                    RuleChanges(from: found.ingress, to: order.settings.ingress), isIngress: true, id, work)
                try await change(RuleChanges(from: found.egress, to: order.settings.egress), isIngress: false, id, work)
                return order.done(facts: [.id: id])
            } catch let error as AWSError where error.code == "InvalidPermission.Duplicate" {
                let group = try await SecurityGroupHandler.groups(work.fresh()).first { $0.groupId == id }
                found = group.map(settings) ?? born(order)
            }
        }
        return order.done(facts: [.id: id])
    }

    private static let mostRounds = 3

    /// What comes is there before what it follows on leaves, so that no packet is refused in between. A group that is full
    /// has no room for that: there the old rules go first.
    private static func change(_ changes: RuleChanges, isIngress: Bool, _ id: String, _ work: Work) async throws {
        let calls = RuleCalls(id: id, isIngress: isIngress, work: work)
        do {
            try await calls.authorize(changes.added)
            try await calls.revoke(changes.removed)
        } catch let error as AWSError where error.kind == .quota && !changes.removed.isEmpty {
            try await calls.revoke(changes.removed)
            try await calls.authorize(changes.added)
        }
        try await calls.describe(changes.reworded)
    }

    /// Rules leave with their group; going before, they let go of the groups that they name.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .securityGroupRules(let found) = observed.settings, let id = observed.facts[.id] else { return }
        // A group that is gone has none; asked about it, EC2 would sound as if it were not visible yet.
        let groups = try await SecurityGroupHandler.groups(work.fresh(within: .seconds(1)))
        guard groups.contains(where: { $0.groupId == id }) else { return }
        try await change(RuleChanges(from: found.ingress, to: []), isIngress: true, id, work)
        try await change(RuleChanges(from: found.egress, to: []), isIngress: false, id, work)
    }

    /// A group without rules is what is left when they are gone.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let id = observed.facts[.id] else { return nil }
        guard let group = try await SecurityGroupHandler.groups(work).first(where: { $0.groupId == id }) else {
            return nil
        }
        let found = settings(group)
        guard !found.ingress.isEmpty || !found.egress.isEmpty else { return nil }
        var seen = observed
        seen.settings = .securityGroupRules(found)
        return seen
    }

    /// Rules of other groups that name this one keep it, whoever made them.
    static func revokeReferences(to id: String, _ work: Work) async throws {
        for (filter, isIngress) in [("ip-permission.group-id", true), ("egress.ip-permission.group-id", false)] {
            let request = EC2.DescribeSecurityGroupsRequest(filters: [EC2.Filter(name: filter, values: [id])])
            for group in try await work.lookAll(request).flatMap(\.securityGroups) {
                guard let other = group.groupId else { continue }
                let all = (isIngress ? group.ipPermissions : group.ipPermissionsEgress).flatMap(rules)
                let named = all.filter { $0.peer == .group(Value(id)) }
                try await change(RuleChanges(from: named, to: []), isIngress: isIngress, other, work)
            }
        }
    }
}

/// Which rules go, which come, and which only get other words. To EC2 a rule is its ports and its peer: one with other words is
/// the same rule, and a second of it is refused.
struct RuleChanges: Equatable {
    var removed: [GroupRule]
    var added: [GroupRule]
    /// With their new words.
    var reworded: [GroupRule]

    init(from found: [GroupRule], to wanted: [GroupRule]) {
        removed = found.filter { old in !wanted.contains { $0.isSameRule(as: old) } }
        added = wanted.filter { new in !found.contains { $0.isSameRule(as: new) } }
        reworded = wanted.filter { new in
            found.contains { $0.isSameRule(as: new) && $0.description != new.description }
        }
    }
}

/// The calls that change one direction of one group; none for no rules.
private struct RuleCalls {
    let id: String
    let isIngress: Bool
    let work: Work

    func authorize(_ rules: [GroupRule]) async throws {
        let permissions = rules.map(SecurityGroupRulesHandler.permission)
        guard !permissions.isEmpty else { return }
        if isIngress {
            try await work.call(EC2.AuthorizeSecurityGroupIngressRequest(groupId: id, ipPermissions: permissions))
        } else {
            try await work.call(EC2.AuthorizeSecurityGroupEgressRequest(groupId: id, ipPermissions: permissions))
        }
    }

    func revoke(_ rules: [GroupRule]) async throws {
        let permissions = rules.map(SecurityGroupRulesHandler.permission)
        guard !permissions.isEmpty else { return }
        if isIngress {
            try await work.callIfThere(EC2.RevokeSecurityGroupIngressRequest(groupId: id, ipPermissions: permissions))
        } else {
            try await work.callIfThere(EC2.RevokeSecurityGroupEgressRequest(groupId: id, ipPermissions: permissions))
        }
    }

    func describe(_ rules: [GroupRule]) async throws {
        let permissions = rules.map(SecurityGroupRulesHandler.permission)
        guard !permissions.isEmpty else { return }
        if isIngress {
            try await work.call(
                EC2.UpdateSecurityGroupRuleDescriptionsIngressRequest(groupId: id, ipPermissions: permissions))
        } else {
            try await work.call(
                EC2.UpdateSecurityGroupRuleDescriptionsEgressRequest(groupId: id, ipPermissions: permissions))
        }
    }
}

extension GroupRule {
    /// What every new group lets out.
    static let everything = GroupRule(ports: .all, peer: .cidr("0.0.0.0/0"), description: "")

    func isSameRule(as other: GroupRule) -> Bool { ports == other.ports && peer == other.peer }
}
