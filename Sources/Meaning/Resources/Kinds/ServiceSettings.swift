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
        healthGrace: Int? = nil, circuitBreaker: Bool = true, rollsBack: Bool = true, alarms: [Value] = [],
        minimumHealthy: Int = 100, maximum: Int = 200, rebalancesZones: Bool = true,
        platformVersion: String = "LATEST", propagatesTags: Bool = true, allowsExec: Bool = false
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
            Field("circuit-breaker", circuitBreaker), Field("rolls-back", rollsBack), Field("alarms", set: alarms),
            Field("minimum-healthy", minimumHealthy), Field("maximum", maximum),
            Field("rebalances-zones", rebalancesZones), Field("platform-version", platformVersion),
            Field("propagates-tags", propagatesTags), Field("exec", allowsExec),
        ]
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

/// Where a service registers its tasks.
package struct ServiceTarget: Sendable, Hashable, ValueHolding, FieldConvertible {
    package var targetGroup: Value
    package var container: String
    package var port: Int

    package init(targetGroup: Value, container: String, port: Int) {
        self.targetGroup = targetGroup
        self.container = container
        self.port = port
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&targetGroup) }

    package var fieldValue: FieldValue { .text("\(targetGroup) to \(container):\(port)") }
}

/// Between which counts a service may be scaled.
package struct ScalableTargetSettings: ResourceSettings {
    package static let kind = ResourceKind.scalableTarget
    /// `service/cluster/name`
    package var service: Value
    package var min: Int
    package var max: Int

    package init(service: Value, min: Int, max: Int) {
        self.service = service
        self.min = min
        self.max = max
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&service) }

    package var fields: [Field] {
        [
            Field("service", service, .replace("a scalable target is one service")), Field("min", min),
            Field("max", max),
        ]
    }
}

/// Follows a target value: adds tasks quickly, takes them away slowly.
package struct ScalingPolicySettings: ResourceSettings {
    package enum Metric: Sendable, Hashable {
        /// Per cent of the tasks' own cpu.
        case cpu
        /// Requests a minute of each target; the label is `app/name/id/targetgroup/name/id`.
        case requestsPerTarget(label: Value)
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
        guard case .requestsPerTarget(var label) = metric else { return }
        visit(&label)
        metric = .requestsPerTarget(label: label)
    }

    package var fields: [Field] {
        let words: Value =
            switch metric {
            case .cpu: "cpu"
            case .requestsPerTarget(let label): "requests of \(label)"
            }
        return [
            Field("name", name, .replace("its name is its identity")),
            Field("service", service, .replace("a policy belongs to one service")), Field("metric", words),
            Field("target", target), Field("scale-out-cooldown", scaleOutCooldown),
            Field("scale-in-cooldown", scaleInCooldown),
        ]
    }
}
