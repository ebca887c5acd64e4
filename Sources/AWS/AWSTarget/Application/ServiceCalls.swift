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
                port: $0.containerPort ?? 0)
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
            alarms: deployment?.alarms?.inForce.map { Value($0) } ?? [],
            minimumHealthy: deployment?.minimumHealthyPercent ?? 100, maximum: deployment?.maximumPercent ?? 200,
            rebalancesZones: service.availabilityZoneRebalancing == "ENABLED",
            platformVersion: service.platformVersion ?? "LATEST", propagatesTags: service.propagateTags == "SERVICE",
            allowsExec: service.enableExecuteCommand ?? false)
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
        if desired.target != observed.target { call.loadBalancers = targets(desired) ?? [] }
        if desired.propagatesTags != observed.propagatesTags { call.propagateTags = propagation(desired) }
        if desired.allowsExec != observed.allowsExec { call.enableExecuteCommand = desired.allowsExec }
        return call == unchanged ? [] : [call]
    }

    private static func capacity(_ service: ECSServiceSettings) -> [ECS.CapacityProviderStrategyItem] {
        service.capacity.map {
            ECS.CapacityProviderStrategyItem(capacityProvider: $0.provider, weight: $0.weight, base: $0.base)
        }
    }

    private static func deployment(_ service: ECSServiceSettings) -> ECS.DeploymentConfiguration {
        let names = service.alarms.map(\.text).sorted()
        return ECS.DeploymentConfiguration(
            deploymentCircuitBreaker: ECS.DeploymentCircuitBreaker(
                enable: service.circuitBreaker, rollback: service.rollsBack),
            maximumPercent: service.maximum, minimumHealthyPercent: service.minimumHealthy,
            // None of them is what switches off those that were there.
            alarms: ECS.DeploymentAlarms(alarmNames: names, rollback: !names.isEmpty, enable: !names.isEmpty))
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
                    targetGroupArn: $0.targetGroup.text, containerName: $0.container, containerPort: $0.port)
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
