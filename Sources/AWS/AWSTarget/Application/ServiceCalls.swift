import AWSServices
import AWSWire
import Resources

extension ECSServiceSettings {
    /// As ECS tells it.
    init(_ service: ECS.Service) {
        let network = service.networkConfiguration?.awsvpcConfiguration
        let deployment = service.deploymentConfiguration
        let target = service.loadBalancers.first.map {
            ServiceTarget(
                targetGroup: Value($0.targetGroupArn ?? ""), container: $0.containerName ?? "",
                port: $0.containerPort ?? 0, turns: $0.advancedConfiguration.flatMap(TargetTurns.init(_:)))
        }
        self.init(
            name: Value(service.serviceName ?? ""), cluster: Value(service.clusterArn ?? ""),
            taskDefinition: Value(service.taskDefinition ?? ""), desiredCount: service.desiredCount ?? 0,
            capacity: service.capacityProviderStrategy.map {
                CapacityShare(provider: $0.capacityProvider ?? "", base: $0.base ?? 0, weight: $0.weight ?? 0)
            },
            subnets: (network?.subnets ?? []).map { Value($0) },
            groups: (network?.securityGroups ?? []).map { Value($0) },
            hasPublicAddress: network?.assignPublicIp == "ENABLED", target: target,
            healthGrace: target == nil ? nil : service.healthCheckGracePeriodSeconds ?? 0,
            circuitBreaker: deployment?.deploymentCircuitBreaker?.enable ?? false,
            rollsBack: deployment?.deploymentCircuitBreaker?.rollback ?? false,
            canary: deployment.flatMap(ServiceCanary.init(_:)),
            alarms: deployment?.alarms?.inForce.map { Value($0) } ?? [],
            minimumHealthy: deployment?.minimumHealthyPercent ?? 100, maximum: deployment?.maximumPercent ?? 200,
            rebalancesZones: service.availabilityZoneRebalancing == "ENABLED",
            platformVersion: service.platformVersion ?? "LATEST", propagatesTags: service.propagateTags == "SERVICE",
            allowsExec: service.enableExecuteCommand ?? false)
    }
}

extension TargetTurns {
    fileprivate init?(_ turns: ECS.AdvancedConfiguration) {
        guard let second = turns.alternateTargetGroupArn else { return nil }
        self.init(
            second: Value(second), rule: Value(turns.productionListenerRule ?? ""),
            role: Value(turns.roleArn ?? ""))
    }
}

extension ServiceCanary {
    /// Nil for another strategy.
    fileprivate init?(_ deployment: ECS.DeploymentConfiguration) {
        guard deployment.strategy == .canary else { return nil }
        let canary = deployment.canaryConfiguration
        // What ECS takes where nothing is said. Source: ECS CanaryConfiguration, read 2026-11.
        self.init(
            percent: canary?.canaryPercent ?? 5, bake: canary?.canaryBakeTimeInMinutes ?? 10,
            watch: deployment.bakeTimeInMinutes ?? 0)
    }
}

extension ECS.DeploymentAlarms {
    /// Names of those that take a deployment back; with one that only ends it, a bad version would stay.
    fileprivate var inForce: [String] { enable == true && rollback == true ? alarmNames ?? [] : [] }
}

/// What is said to ECS about a service.
enum ServiceCalls {
    /// `token` makes a repeated call the same call.
    static func create(_ service: ECSServiceSettings, tags: [String: String], token: String) -> ECS.CreateServiceRequest
    {
        var deployment = deployment(service)
        if service.alarms.isEmpty { deployment.alarms = nil }
        return ECS.CreateServiceRequest(
            serviceName: service.name.text, cluster: service.cluster.text,
            taskDefinition: service.taskDefinition.text,
            availabilityZoneRebalancing: rebalancing(service), loadBalancers: targets(service),
            desiredCount: service.desiredCount, clientToken: token, capacityProviderStrategy: capacity(service),
            platformVersion: service.platformVersion, deploymentConfiguration: deployment,
            networkConfiguration: network(service), healthCheckGracePeriodSeconds: service.healthGrace,
            tags: ECS.Tag.list(tags), enableECSManagedTags: true, propagateTags: propagation(service),
            enableExecuteCommand: service.allowsExec ? true : nil)
    }

    /// Only what differs, since what is said anew may begin a deployment; the desired count is never among it.
    static func changes(_ desired: ECSServiceSettings, from observed: ECSServiceSettings) -> [any WireRequest] {
        var call = ECS.UpdateServiceRequest(service: desired.name.text, cluster: desired.cluster.text)
        let unchanged = call
        if desired.taskDefinition != observed.taskDefinition { call.taskDefinition = desired.taskDefinition.text }
        if Set(desired.capacity) != Set(observed.capacity) {
            call.capacityProviderStrategy = capacity(desired)
            // ECS takes another strategy only together with a new deployment.
            call.forceNewDeployment = true
        }
        if deployment(desired) != deployment(observed) { call.deploymentConfiguration = deployment(desired) }
        if desired.canary == nil, observed.canary != nil || observed.target?.turns != nil {
            // One that is not said stays.
            call.deploymentConfiguration = deployment(desired)
            call.deploymentConfiguration?.strategy = .rolling
        }
        if desired.rebalancesZones != observed.rebalancesZones {
            call.availabilityZoneRebalancing = rebalancing(desired)
        }
        if Set(desired.subnets) != Set(observed.subnets) || Set(desired.groups) != Set(observed.groups)
            || desired.hasPublicAddress != observed.hasPublicAddress
        {
            call.networkConfiguration = network(desired)
        }
        if desired.platformVersion != observed.platformVersion { call.platformVersion = desired.platformVersion }
        if desired.healthGrace != observed.healthGrace { call.healthCheckGracePeriodSeconds = desired.healthGrace ?? 0 }
        if !isSame(desired.target, observed.target) { call.loadBalancers = targets(desired) ?? [] }
        if desired.propagatesTags != observed.propagatesTags { call.propagateTags = propagation(desired) }
        if desired.allowsExec != observed.allowsExec { call.enableExecuteCommand = desired.allowsExec }
        return call == unchanged ? [] : [call]
    }

    /// A deployment as those before it, and at once: ECS brings the tasks into the other target group and the requests after them.
    static func bringHome(_ desired: ECSServiceSettings, from observed: ECSServiceSettings) -> ECS.UpdateServiceRequest
    {
        var call = ECS.UpdateServiceRequest(service: desired.name.text, cluster: desired.cluster.text)
        let isNew = desired.taskDefinition != observed.taskDefinition
        if isNew { call.taskDefinition = desired.taskDefinition.text }
        call.forceNewDeployment = true
        var hurried = observed
        hurried.canary?.bake = 0
        // Only a new version is worth watching.
        if !isNew { hurried.canary?.watch = 0 }
        call.deploymentConfiguration = deployment(hurried)
        return call
    }

    private static func isSame(_ left: ServiceTarget?, _ right: ServiceTarget?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.means(right)
    }

    private static func capacity(_ service: ECSServiceSettings) -> [ECS.CapacityProviderStrategyItem] {
        service.capacity.map {
            ECS.CapacityProviderStrategyItem(capacityProvider: $0.provider, weight: $0.weight, base: $0.base)
        }
    }

    private static func deployment(_ service: ECSServiceSettings) -> ECS.DeploymentConfiguration {
        let names = service.alarms.map(\.text).sorted()
        var deployment = ECS.DeploymentConfiguration(
            deploymentCircuitBreaker: ECS.DeploymentCircuitBreaker(
                enable: service.circuitBreaker, rollback: service.rollsBack),
            maximumPercent: service.maximum, minimumHealthyPercent: service.minimumHealthy,
            // None of them is what switches off those that were there.
            alarms: ECS.DeploymentAlarms(alarmNames: names, rollback: !names.isEmpty, enable: !names.isEmpty))
        if let canary = service.canary {
            deployment.strategy = .canary
            deployment.bakeTimeInMinutes = canary.watch
            deployment.canaryConfiguration = ECS.CanaryConfiguration(
                canaryPercent: canary.percent, canaryBakeTimeInMinutes: canary.bake)
        }
        return deployment
    }

    private static func network(_ service: ECSServiceSettings) -> ECS.NetworkConfiguration {
        ECS.NetworkConfiguration(
            awsvpcConfiguration: ECS.AwsVpcConfiguration(
                subnets: service.subnets.map(\.text), securityGroups: service.groups.map(\.text),
                assignPublicIp: service.hasPublicAddress ? "ENABLED" : "DISABLED"))
    }

    private static func targets(_ service: ECSServiceSettings) -> [ECS.LoadBalancer]? {
        service.target.map {
            [
                ECS.LoadBalancer(
                    targetGroupArn: $0.targetGroup.text, containerName: $0.container, containerPort: $0.port,
                    advancedConfiguration: $0.turns.map {
                        ECS.AdvancedConfiguration(
                            alternateTargetGroupArn: $0.second.text, productionListenerRule: $0.rule.text,
                            roleArn: $0.role.text)
                    })
            ]
        }
    }

    private static func rebalancing(_ service: ECSServiceSettings) -> ECS.AvailabilityZoneRebalancing {
        service.rebalancesZones ? "ENABLED" : "DISABLED"
    }

    private static func propagation(_ service: ECSServiceSettings) -> ECS.PropagateTags {
        service.propagatesTags ? "SERVICE" : "NONE"
    }
}
