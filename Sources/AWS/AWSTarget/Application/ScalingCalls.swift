import AWSServices
import AWSWire
import Resources

extension ScalableTargetSettings {
    /// As Application Auto Scaling tells it.
    init(_ target: ApplicationAutoScaling.ScalableTarget) {
        self.init(service: Value(target.resourceId ?? ""), min: target.minCapacity ?? 0, max: target.maxCapacity ?? 0)
    }
}

extension ScalingPolicySettings {
    /// As Application Auto Scaling tells it; nil for a policy that does not follow a target.
    init?(_ policy: ApplicationAutoScaling.ScalingPolicy) {
        guard let configuration = policy.targetTrackingScalingPolicyConfiguration else { return nil }
        self.init(
            name: Value(policy.policyName ?? ""), service: Value(policy.resourceId ?? ""),
            metric: Metric(configuration), target: Int((configuration.targetValue ?? 0).rounded()),
            scaleOutCooldown: configuration.scaleOutCooldown ?? 300,
            scaleInCooldown: configuration.scaleInCooldown ?? 300)
    }
}

extension ScalingPolicySettings.Metric {
    fileprivate init(_ configuration: ApplicationAutoScaling.TargetTrackingScalingPolicyConfiguration) {
        let metric = configuration.predefinedMetricSpecification
        if let queries = configuration.customizedMetricSpecification?.metrics {
            let dimensions = queries.compactMap(\.metricStat?.metric?.dimensions)
            let values = { (name: String) in
                dimensions.compactMap { $0.first { $0.name == name }?.value }.map { Value($0) }
            }
            self = .requestsOfTurns(loadBalancer: values("LoadBalancer").first ?? "", groups: values("TargetGroup"))
        } else if metric?.predefinedMetricType == "ALBRequestCountPerTarget" {
            self = .requestsPerTarget(label: Value(metric?.resourceLabel ?? ""))
        } else {
            self = .cpu
        }
    }
}

/// What is said to Application Auto Scaling about a service. Both calls make what is missing and change what is there.
enum ScalingCalls {
    static let dimension: ApplicationAutoScaling.ScalableDimension = "ecs:service:DesiredCount"

    static func register(
        _ target: ScalableTargetSettings, tags: [String: String]?
    ) -> ApplicationAutoScaling.RegisterScalableTargetRequest {
        ApplicationAutoScaling.RegisterScalableTargetRequest(
            serviceNamespace: "ecs", resourceId: target.service.text, scalableDimension: dimension,
            minCapacity: target.min, maxCapacity: target.max, tags: tags)
    }

    static func put(_ policy: ScalingPolicySettings) -> ApplicationAutoScaling.PutScalingPolicyRequest {
        var configuration = ApplicationAutoScaling.TargetTrackingScalingPolicyConfiguration(
            targetValue: Double(policy.target), scaleOutCooldown: policy.scaleOutCooldown,
            scaleInCooldown: policy.scaleInCooldown)
        switch policy.metric {
        case .cpu:
            configuration.predefinedMetricSpecification = ApplicationAutoScaling.PredefinedMetricSpecification(
                predefinedMetricType: "ECSServiceAverageCPUUtilization")
        case .requestsPerTarget(let label):
            configuration.predefinedMetricSpecification = ApplicationAutoScaling.PredefinedMetricSpecification(
                predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel: label.text)
        case .requestsOfTurns(let balancer, let groups):
            configuration.customizedMetricSpecification = ApplicationAutoScaling.CustomizedMetricSpecification(
                metrics: queries(balancer, groups))
        }
        return ApplicationAutoScaling.PutScalingPolicyRequest(
            policyName: policy.name.text, serviceNamespace: "ecs", resourceId: policy.service.text,
            scalableDimension: dimension, policyType: "TargetTrackingScaling",
            targetTrackingScalingPolicyConfiguration: configuration)
    }

    private static func queries(
        _ balancer: Value, _ groups: [Value]
    ) -> [ApplicationAutoScaling.TargetTrackingMetricDataQuery] {
        let turns = RequestsOfTurns(count: groups.count)
        let metrics = zip(turns.ids, groups).map { id, group in
            ApplicationAutoScaling.TargetTrackingMetricDataQuery(
                id: id,
                metricStat: ApplicationAutoScaling.TargetTrackingMetricStat(
                    metric: ApplicationAutoScaling.TargetTrackingMetric(
                        dimensions: [
                            .init(name: "LoadBalancer", value: balancer.text),
                            .init(name: "TargetGroup", value: group.text),
                        ], metricName: RequestsOfTurns.metric, namespace: RequestsOfTurns.namespace),
                    stat: RequestsOfTurns.statistic), returnData: false)
        }
        return metrics + [
            ApplicationAutoScaling.TargetTrackingMetricDataQuery(
                id: RequestsOfTurns.sumID, expression: turns.sum, returnData: true)
        ]
    }
}
