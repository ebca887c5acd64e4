import Stacks

/// What a service with a canary has beside others: a second target group, and a role by which ECS shifts requests between the two.
extension StackResources {
    /// Follows the first one's address. No service can have a name with a dot in it.
    package static let second = "second"
    /// Minutes in which the old tasks stand by and the alarms still count, as after a deployment task by task: as long as the alarms look back.
    private static let watch = 3

    var canaryRole: Address { address(.application, .role, "canary") }

    func canary(of service: Service) -> DeployRules.Canary? { stack.canaryOnAWS(of: service) }

    func secondTargetGroup(_ service: Service) -> Address { secondTargetGroup(named: service.name) }
    func secondTargetGroup(named service: String) -> Address {
        Address(.edge, ResourceKind.targetGroup.rawValue, service, Self.second)
    }

    /// One, or the two that versions take turns at.
    func targetGroups(of service: Service) -> [Address] {
        [targetGroup(service)] + (canary(of: service) == nil ? [] : [secondTargetGroup(service)])
    }

    func serviceCanary(of service: Service) -> ServiceCanary? {
        canary(of: service).map {
            ServiceCanary(percent: Double($0.share), bake: $0.minutes, watch: Self.watch)
        }
    }

    func turns(of service: Service) -> TargetTurns? {
        guard canary(of: service) != nil, let rule = ruleAddresses(of: service).first else { return nil }
        // ECS refuses a target group that no rule leads to, and a rule that led to one of the two must be changed first.
        return TargetTurns(
            second: arn(secondTargetGroup(service)), rule: arn(rule, when: .ready),
            role: arn(canaryRole, when: .ready))
    }

    var canaryRoles: [Resource] {
        let services = stack.services.filter { canary(of: $0) != nil }
        guard !services.isEmpty else { return [] }
        return [
            Resource(
                canaryRole,
                .role(
                    RoleSettings(
                        name: Value(names.name("canary", limit: 64)), path: rolePath,
                        description: "ECS brings canaries into target groups and shifts requests to them",
                        trust: canaryTrust, policies: ["shift-requests": PolicyDocument(canaryStatements(services))],
                        managedPolicies: [])))
        ]
    }

    /// ECS names no source when it takes on a role for its own work. Source: ECS developer guide, "Amazon ECS infrastructure IAM
    /// role for load balancers", read 2026-11.
    private var canaryTrust: PolicyDocument {
        PolicyDocument([
            PolicyStatement("Trust", principals: [.service("ecs.amazonaws.com")], actions: ["sts:AssumeRole"])
        ])
    }

    /// What AWS's own policy for this role allows (AmazonECSInfrastructureRolePolicyForLoadBalancers, version 6), of this stack's
    /// groups and rules alone.
    private func canaryStatements(_ services: [Service]) -> [PolicyStatement] {
        [
            // IAM knows no resource for these.
            PolicyStatement(
                "Look",
                actions: ["Listeners", "Rules", "TargetGroups", "TargetHealth"].map {
                    "elasticloadbalancing:Describe\($0)"
                }, resources: ["*"]),
            PolicyStatement(
                "Tasks",
                actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                resources: services.flatMap(targetGroups).map { arn($0) }),
            PolicyStatement(
                "Requests", actions: ["elasticloadbalancing:ModifyRule"],
                resources: services.flatMap(ruleAddresses).map { arn($0) }),
        ]
    }
}
