import AWSServices
import AWSWire
import Resources

extension ECSClusterSettings {
    /// As ECS tells it.
    init(_ cluster: ECS.Cluster) {
        let insights = cluster.settings.first { $0.name == "containerInsights" }?.value
        self.init(
            name: Value(cluster.clusterName ?? ""), insights: insights.flatMap(Insights.init(rawValue:)) ?? .disabled,
            capacityProviders: cluster.capacityProviders)
    }
}

/// What is said to ECS about a cluster.
enum ClusterCalls {
    static func create(_ cluster: ECSClusterSettings, tags: [String: String]) -> ECS.CreateClusterRequest {
        ECS.CreateClusterRequest(
            clusterName: cluster.name.text, tags: ECS.Tag.list(tags), settings: settings(cluster),
            capacityProviders: cluster.capacityProviders, defaultCapacityProviderStrategy: strategy(cluster))
    }

    static func changes(_ desired: ECSClusterSettings, from observed: ECSClusterSettings) -> [any WireRequest] {
        let name = desired.name.text
        var calls: [any WireRequest] = []
        if desired.insights != observed.insights {
            calls.append(ECS.UpdateClusterRequest(cluster: name, settings: settings(desired)))
        }
        if Set(desired.capacityProviders) != Set(observed.capacityProviders) {
            calls.append(
                ECS.PutClusterCapacityProvidersRequest(
                    cluster: name, capacityProviders: desired.capacityProviders,
                    defaultCapacityProviderStrategy: strategy(desired)))
        }
        return calls
    }

    static func state(_ cluster: ECS.Cluster) -> Observed.State {
        switch cluster.status {
        case "ACTIVE"?:
            switch cluster.attachmentsStatus {
            case "UPDATE_IN_PROGRESS"?: .pending("its capacity providers are being attached")
            case "UPDATE_FAILED"?: .failed("its capacity providers could not be attached")
            default: .ready
            }
        case "PROVISIONING"?: .pending("provisioning")
        case "DEPROVISIONING"?: .deleting
        case "FAILED"?: .failed("its resources could not be made")
        default: .pending("status \(cluster.status ?? "unknown")")
        }
    }

    private static func settings(_ cluster: ECSClusterSettings) -> [ECS.ClusterSetting] {
        [ECS.ClusterSetting(name: "containerInsights", value: cluster.insights.rawValue)]
    }

    /// For tasks that are run without a service of their own.
    private static func strategy(_ cluster: ECSClusterSettings) -> [ECS.CapacityProviderStrategyItem] {
        cluster.capacityProviders.contains("FARGATE")
            ? [ECS.CapacityProviderStrategyItem(capacityProvider: "FARGATE", weight: 1)] : []
    }
}
