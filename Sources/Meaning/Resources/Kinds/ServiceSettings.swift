/// Where services run, with the capacity that they may use.
package struct ECSClusterSettings: ResourceSettings {
    package enum Insights: String, Sendable, Hashable { case disabled, enabled, enhanced }

    package static let kind = ResourceKind.ecsCluster
    package var name: Value
    package var insights: Insights
    package var capacityProviders: [String]

    package init(name: Value, insights: Insights = .enabled, capacityProviders: [String] = ["FARGATE", "FARGATE_SPOT"])
    {
        self.name = name
        self.insights = insights
        self.capacityProviders = capacityProviders
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("container-insights", insights.rawValue),
            Field("capacity-providers", set: capacityProviders),
        ]
    }
}

/// Keeps a number of tasks running and replaces them by new ones.
package struct ECSServiceSettings: ResourceSettings {
    package static let kind = ResourceKind.ecsService
    package var name: Value
    /// The cluster's ARN.
    package var cluster: Value
    /// ARN with the revision.
    package var taskDefinition: Value
    /// How many tasks it begins with; from then on scaling's own.
    package var desiredCount: Int
    package var capacity: [CapacityShare]
    package var subnets: [Value]
    package var groups: [Value]
    package var hasPublicAddress: Bool
    package var target: ServiceTarget?
    /// Seconds after a task's start in which failed checks do not count; without a target it has no meaning.
    package var healthGrace: Int?
    /// A deployment that fails ends by itself and goes back to the last one that worked.
    package var circuitBreaker: Bool
    package var rollsBack: Bool
    /// A part of the requests that a new version gets first; nil where it takes over task by task.
    package var canary: ServiceCanary?
    /// Names of alarms that end a deployment and take it back when they go off while it is under way.
    package var alarms: [Value]
    /// Per cent of the desired count, while a deployment is under way.
    package var minimumHealthy: Int
    /// More than 100, else zones cannot be rebalanced.
    package var maximum: Int
    package var rebalancesZones: Bool
    package var platformVersion: String
    /// Whether tasks get the service's tags, by which costs are told apart.
    package var propagatesTags: Bool
    /// Whether commands may be run inside its tasks (ECS Exec).
    package var allowsExec: Bool

    package init(
        name: Value, cluster: Value, taskDefinition: Value, desiredCount: Int, capacity: [CapacityShare],
        subnets: [Value], groups: [Value], hasPublicAddress: Bool = false, target: ServiceTarget? = nil,
        healthGrace: Int? = nil, circuitBreaker: Bool = true, rollsBack: Bool = true,
        canary: ServiceCanary? = nil, alarms: [Value] = [], minimumHealthy: Int = 100, maximum: Int = 200,
        rebalancesZones: Bool = true, platformVersion: String = "LATEST", propagatesTags: Bool = true,
        allowsExec: Bool = false
    ) {
        self.name = name
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.desiredCount = desiredCount
        self.capacity = capacity
        self.subnets = subnets
        self.groups = groups
        self.hasPublicAddress = hasPublicAddress
        self.target = target
        self.healthGrace = healthGrace
        self.circuitBreaker = circuitBreaker
        self.rollsBack = rollsBack
        self.canary = canary
        self.alarms = alarms
        self.minimumHealthy = minimumHealthy
        self.maximum = maximum
        self.rebalancesZones = rebalancesZones
        self.platformVersion = platformVersion
        self.propagatesTags = propagatesTags
        self.allowsExec = allowsExec
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&cluster)
        visit(&taskDefinition)
        subnets.visitValues(visit)
        groups.visitValues(visit)
        target.visitValues(visit)
        alarms.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("cluster", cluster, .replace("a service stays in its cluster")),
            Field("task-definition", taskDefinition), Field("desired-count", desiredCount, .onlyAtCreation),
            Field("capacity", set: capacity), Field("subnets", set: subnets), Field("groups", set: groups),
            Field("public-address", hasPublicAddress), Field("target", target), Field("health-grace", healthGrace),
            Field("circuit-breaker", circuitBreaker), Field("rolls-back", rollsBack),
            Field("alarms", set: alarms),
            Field("minimum-healthy", minimumHealthy), Field("maximum", maximum),
            Field("rebalances-zones", rebalancesZones), Field("platform-version", platformVersion),
            Field("propagates-tags", propagatesTags), Field("exec", allowsExec),
        ] + (canary?.fields ?? [])
    }
}

/// How many tasks a capacity provider gets: `base` of them first, then of the rest in proportion to the weights.
package struct CapacityShare: Sendable, Hashable, FieldConvertible {
    /// `FARGATE` or `FARGATE_SPOT`
    package var provider: String
    package var base: Int
    package var weight: Int

    package init(provider: String, base: Int, weight: Int) {
        self.provider = provider
        self.base = base
        self.weight = weight
    }

    package var fieldValue: FieldValue { "\(provider) base \(base) weight \(weight)".fieldValue }
}

/// How ECS lets a new version in, when a part of the requests comes first.
package struct ServiceCanary: Sendable, Hashable {
    /// Of the requests; tenths count.
    package var percent: Double
    /// Minutes in which it gets no more than that. 0...1440
    package var bake: Int
    /// Minutes in which the old tasks still stand by after the new ones have all requests. 0...1440
    package var watch: Int

    package init(percent: Double, bake: Int, watch: Int) {
        self.percent = percent
        self.bake = bake
        self.watch = watch
    }

    fileprivate var fields: [Field] {
        [Field("canary.percent", percent), Field("canary.bake", bake), Field("canary.watch", watch)]
    }
}

/// Where a service registers its tasks.
package struct ServiceTarget: Sendable, Hashable, ValueHolding, FieldConvertible {
    package var targetGroup: Value
    package var container: String
    package var port: Int
    /// Where versions take turns at two target groups.
    package var turns: TargetTurns?

    package init(targetGroup: Value, container: String, port: Int, turns: TargetTurns? = nil) {
        self.targetGroup = targetGroup
        self.container = container
        self.port = port
        self.turns = turns
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&targetGroup)
        turns.visitValues(visit)
    }

    /// Which of two target groups is the first is ECS's own business.
    package var fieldValue: FieldValue {
        guard let turns else { return .text("\(targetGroup) to \(container):\(port)") }
        return .map([
            "to": "\(container):\(port)".fieldValue, "groups": .set(targetGroups.map(\.fieldValue)),
            "rule": turns.rule.fieldValue, "role": turns.role.fieldValue,
        ])
    }

    package func means(_ other: ServiceTarget) -> Bool {
        Set(targetGroups) == Set(other.targetGroups) && (container, port) == (other.container, other.port)
            && turns?.rule == other.turns?.rule && turns?.role == other.turns?.role
    }

    package var targetGroups: [Value] { [targetGroup] + (turns.map { [$0.second] } ?? []) }
}

/// What ECS needs to bring a new version into another target group and the requests after it.
package struct TargetTurns: Sendable, Hashable, ValueHolding {
    package var second: Value
    /// ARN of the one rule whose weights it shifts.
    package var rule: Value
    /// ARN of the role by which it may.
    package var role: Value

    package init(second: Value, rule: Value, role: Value) {
        self.second = second
        self.rule = rule
        self.role = role
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&second)
        visit(&rule)
        visit(&role)
    }
}

/// Between which counts a service may be scaled.
package struct ScalableTargetSettings: ResourceSettings {
    package static let kind = ResourceKind.scalableTarget
    /// `service/cluster/name`
    package var service: Value
    /// While a hold lasts, these two come back with its end.
    package var min: Int
    package var max: Int
    /// An operator's; no manifest asks for one, so nothing is compared with it.
    package var hold: TaskHold?

    package init(service: Value, min: Int, max: Int, hold: TaskHold? = nil) {
        self.service = service
        self.min = min
        self.max = max
        self.hold = hold
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&service) }

    package var fields: [Field] {
        [
            Field("service", service, .replace("a scalable target is one service")), Field("min", min),
            Field("max", max),
        ]
    }
}

/// A number of tasks that a service has until a moment, whatever its load.
package struct TaskHold: Sendable, Hashable {
    package var tasks: Int
    /// Seconds since 1970.
    package var until: Int

    package init(tasks: Int, until: Int) {
        self.tasks = tasks
        self.until = until
    }
}

/// Requests of each task of a service whose versions take turns at target groups, as CloudWatch adds them up. While a canary is under way
/// there are as many new tasks as old ones, so that the sum is what a task has once one of the two is gone; at a group at which
/// nothing arrives there is no figure.
package struct RequestsOfTurns: Sendable {
    package static let namespace = "AWS/ApplicationELB"
    package static let metric = "RequestCountPerTarget"
    package static let statistic = "Sum"
    package static let sumID = "requests"
    package let ids: [String]

    package init(count: Int) { ids = (0..<count).map { "requests_\($0 + 1)" } }

    package var sum: String { ids.map { "FILL(\($0), 0)" }.joined(separator: " + ") }
}

/// Follows a target value: adds tasks quickly, takes them away slowly.
package struct ScalingPolicySettings: ResourceSettings {
    package enum Metric: Sendable, Hashable {
        /// Per cent of the tasks' own cpu.
        case cpu
        /// Requests a minute of each target; the label is `app/name/id/targetgroup/name/id`.
        case requestsPerTarget(label: Value)
        /// The same of a service whose versions take turns at these target groups; each by its dimension.
        case requestsOfTurns(loadBalancer: Value, groups: [Value])
    }

    package static let kind = ResourceKind.scalingPolicy
    package var name: Value
    /// `service/cluster/name`
    package var service: Value
    package var metric: Metric
    package var target: Int
    /// Seconds after a scaling step before the next of its kind.
    package var scaleOutCooldown: Int
    package var scaleInCooldown: Int

    package init(
        name: Value, service: Value, metric: Metric, target: Int, scaleOutCooldown: Int = 60, scaleInCooldown: Int = 300
    ) {
        self.name = name
        self.service = service
        self.metric = metric
        self.target = target
        self.scaleOutCooldown = scaleOutCooldown
        self.scaleInCooldown = scaleInCooldown
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&service)
        switch metric {
        case .cpu: break
        case .requestsPerTarget(var label):
            visit(&label)
            metric = .requestsPerTarget(label: label)
        case .requestsOfTurns(var loadBalancer, var groups):
            visit(&loadBalancer)
            groups.visitValues(visit)
            metric = .requestsOfTurns(loadBalancer: loadBalancer, groups: groups)
        }
    }

    package var fields: [Field] {
        let words: Value =
            switch metric {
            case .cpu: "cpu"
            case .requestsPerTarget(let label): "requests of \(label)"
            case .requestsOfTurns(let balancer, let groups):
                "requests of \(Value.joined(groups.map { "\(balancer)/\($0)" }, by: " and "))"
            }
        return [
            Field("name", name, .replace("its name is its identity")),
            Field("service", service, .replace("a policy belongs to one service")), Field("metric", words),
            Field("target", target), Field("scale-out-cooldown", scaleOutCooldown),
            Field("scale-in-cooldown", scaleInCooldown),
        ]
    }
}
