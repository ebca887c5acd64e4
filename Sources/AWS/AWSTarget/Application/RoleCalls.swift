import AWSServices
import AWSWire
import Resources

extension RoleSettings {
    /// As IAM tells it; `policies` and `managed` take calls of their own.
    init(_ role: IAM.Role, policies: [String: String], managed: [String]) {
        self.init(
            name: Value(role.roleName ?? ""), path: role.path ?? "/", description: role.description ?? "",
            trust: PolicyDocument(answer: role.assumeRolePolicyDocument ?? "") ?? PolicyDocument([]),
            policies: policies.mapValues { PolicyDocument(answer: $0) ?? PolicyDocument([]) },
            managedPolicies: managed.map { Value($0) })
    }
}

/// What is said to IAM about a role.
enum RoleCalls {
    static func create(_ role: RoleSettings, tags: [String: String]) -> IAM.CreateRoleRequest {
        IAM.CreateRoleRequest(
            roleName: role.name.text, assumeRolePolicyDocument: role.trust.json.text, path: role.path,
            description: role.description, tags: IAM.Tag.list(tags))
    }

    /// Permissions are added before others are taken away, so that whoever has the role loses nothing in between.
    static func changes(_ desired: RoleSettings, from observed: RoleSettings) -> [any WireRequest] {
        let name = desired.name.text
        var calls: [any WireRequest] = []
        if desired.description != observed.description {
            calls.append(IAM.UpdateRoleRequest(roleName: name, description: desired.description))
        }
        if !desired.trust.says(observed.trust) {
            calls.append(IAM.UpdateAssumeRolePolicyRequest(roleName: name, policyDocument: desired.trust.json.text))
        }
        for (policy, document) in desired.policies.sorted(by: { $0.key < $1.key })
        where observed.policies[policy]?.says(document) != true {
            calls.append(
                IAM.PutRolePolicyRequest(roleName: name, policyName: policy, policyDocument: document.json.text))
        }
        let attached = Set(observed.managedPolicies.map(\.text))
        let wanted = Set(desired.managedPolicies.map(\.text))
        for policy in wanted.subtracting(attached).sorted() {
            calls.append(IAM.AttachRolePolicyRequest(roleName: name, policyArn: policy))
        }
        return calls
            + removals(
                attached.subtracting(wanted), observed.policies.keys.filter { desired.policies[$0] == nil }, name)
    }

    /// What must be gone before IAM lets a role go.
    static func emptying(_ role: RoleSettings) -> [any WireRequest] {
        removals(Set(role.managedPolicies.map(\.text)), Array(role.policies.keys), role.name.text)
    }

    static func removals(_ managed: Set<String>, _ policies: [String], _ role: String) -> [any WireRequest] {
        managed.sorted().map { IAM.DetachRolePolicyRequest(roleName: role, policyArn: $0) }
            + policies.sorted().map { IAM.DeleteRolePolicyRequest(roleName: role, policyName: $0) }
    }
}
