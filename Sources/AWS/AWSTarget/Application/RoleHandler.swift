import AWSServices
import AWSWire
import Provisioning
import Resources

/// IAM roles. Their path says whose they are, since the tagging API does not list them.
enum RoleHandler: KindHandler {
    static func find(_ search: Search<RoleSettings>) async throws -> [Observed] {
        let work = search.work
        let path = search.items.first?.settings.path ?? "/terrace/\(work.scope.fullName)/"
        let pages = try await work.lookAll(IAM.ListRolesRequest(pathPrefix: path), in: .global)
        let roles = pages.flatMap(\.roles).filter { role in
            work.board != nil || search.items.contains { $0.settings.name.text == role.roleName }
        }
        return try await roles.concurrentCompactMap { role in try await observed(role, search) }
    }

    private static func observed(_ listed: IAM.Role, _ search: Search<RoleSettings>) async throws -> Observed? {
        guard let name = listed.roleName else { return nil }
        let work = search.work
        let item = search.items.first { $0.settings.name.text == name }
        if work.isForRemoval, let item {
            // Its path says that it is the stack's, and `delete` finds out when more hangs on it than the stack has given it.
            return Observed(item.address, .role(item.settings), facts: facts(listed), tags: item.tags)
        }
        async let detail = work.lookIfThere(IAM.GetRoleRequest(roleName: name), in: .global)
        async let policies = policies(of: name, expecting: item.map { Set($0.settings.policies.keys) } ?? [], work)
        async let attached = work.lookIfThere(IAM.ListAttachedRolePoliciesRequest(roleName: name), in: .global)
        // Gone between two calls.
        guard let role = try await detail?.role, let documents = try await policies, let managed = try await attached
        else {
            return nil
        }
        let tags = [String: String](role.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        let settings = RoleSettings(
            role, policies: documents, managed: managed.attachedPolicies.compactMap(\.policyArn))
        return Observed(address, .role(settings), facts: facts(role), tags: tags)
    }

    /// The documents that are expected are asked for together with the list; for a removal the list will do.
    private static func policies(
        of role: String, expecting names: Set<String>, _ work: Work
    ) async throws -> [String: String]? {
        let names = work.isForRemoval ? [] : names
        async let expected = documents(names.sorted(), of: role, work)
        guard let list = try await work.lookIfThere(IAM.ListRolePoliciesRequest(roleName: role), in: .global) else {
            return nil
        }
        let others = Set(list.policyNames).subtracting(names).sorted()
        if work.isForRemoval { return Dictionary(others.map { ($0, "") }) { first, _ in first } }
        let rest = try await documents(others, of: role, work)
        return try await expected.merging(rest) { first, _ in first }
    }

    /// Without those that are not there.
    private static func documents(
        _ names: [String], of role: String, _ work: Work
    ) async throws -> [String: String] {
        let pairs = try await names.concurrentCompactMap { name in
            let request = IAM.GetRolePolicyRequest(roleName: role, policyName: name)
            return try await work.lookIfThere(request, in: .global)?.policyDocument.map { (name, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func facts(_ role: IAM.Role) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.name] = role.roleName
        facts[.arn] = role.arn
        return facts
    }

    static func create(_ order: Order<RoleSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(RoleCalls.create(order.settings, tags: order.tags), in: .global)
            let role = try answer.role.orUnreadable("IAM.CreateRole", "Role")
            var bare = order.settings
            bare.policies = [:]
            bare.managedPolicies = []
            return order.born(bare, facts: facts(role))
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func update(_ order: Order<RoleSettings>, from observed: Observed) async throws -> Observed {
        guard case .role(let found) = observed.settings else { return observed }
        let name = order.settings.name.text
        let tags = TagChange(order.tags, from: observed.tags).calls {
            IAM.TagRoleRequest(roleName: name, tags: IAM.Tag.list($0))
        } untag: {
            IAM.UntagRoleRequest(roleName: name, tagKeys: $0)
        }
        try await order.work.perform(RoleCalls.changes(order.settings, from: found) + tags, in: .global)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .role(let role) = observed.settings else { return }
        for call in RoleCalls.emptying(role) { try await work.gone(call, in: .global) }
        let request = IAM.DeleteRoleRequest(roleName: role.name.text)
        do { try await work.gone(request, in: .global) } catch let error as AWSError
            where error.code.hasPrefix("DeleteConflict")
        {
            for call in try await rest(of: role.name.text, work.fresh()) { try await work.gone(call, in: .global) }
            try await work.gone(request, in: .global)
        }
    }

    /// What somebody else, or an earlier manifest, has given the role.
    private static func rest(of name: String, _ work: Work) async throws -> [any WireRequest] {
        let list = try await work.lookIfThere(IAM.ListRolePoliciesRequest(roleName: name), in: .global)
        let attached = try await work.lookIfThere(IAM.ListAttachedRolePoliciesRequest(roleName: name), in: .global)
        return RoleCalls.removals(
            Set(attached?.attachedPolicies.compactMap(\.policyArn) ?? []), list?.policyNames ?? [], name)
    }
}
