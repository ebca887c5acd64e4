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
        let metric = configuration.predefinedMetricSpecification
        self.init(
            name: Value(policy.policyName ?? ""), service: Value(policy.resourceId ?? ""),
            metric: metric?.predefinedMetricType == "ALBRequestCountPerTarget"
                ? .requestsPerTarget(label: Value(metric?.resourceLabel ?? "")) : .cpu,
            target: Int((configuration.targetValue ?? 0).rounded()),
            scaleOutCooldown: configuration.scaleOutCooldown ?? 300,
            scaleInCooldown: configuration.scaleInCooldown ?? 300)
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
        let metric: ApplicationAutoScaling.PredefinedMetricSpecification =
            switch policy.metric {
            case .cpu:
                ApplicationAutoScaling.PredefinedMetricSpecification(
                    predefinedMetricType: "ECSServiceAverageCPUUtilization")
            case .requestsPerTarget(let label):
                ApplicationAutoScaling.PredefinedMetricSpecification(
                    predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel: label.text)
            }
        return ApplicationAutoScaling.PutScalingPolicyRequest(
            policyName: policy.name.text, serviceNamespace: "ecs", resourceId: policy.service.text,
            scalableDimension: dimension, policyType: "TargetTrackingScaling",
            targetTrackingScalingPolicyConfiguration: ApplicationAutoScaling.TargetTrackingScalingPolicyConfiguration(
                targetValue: Double(policy.target), predefinedMetricSpecification: metric,
                scaleOutCooldown: policy.scaleOutCooldown, scaleInCooldown: policy.scaleInCooldown))
    }
}
