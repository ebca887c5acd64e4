import AWSServices
import AWSWire
import Provisioning
import Resources

/// What Application Auto Scaling follows. A policy cannot be tagged: it belongs to the service whose target is ours.
enum ScalingPolicyHandler: KindHandler {
    static func find(_ search: Search<ScalingPolicySettings>) async throws -> [Observed] {
        let search = try await search.knowing([.ecsCluster, .ecsService])
        let services = Set(search.items.compactMap(\.settings.service.literal)).sorted()
        return try await services.concurrentMap { service in
            let pages = try await search.work.lookAll(
                ApplicationAutoScaling.DescribeScalingPoliciesRequest(serviceNamespace: "ecs", resourceId: service))
            return pages.flatMap(\.scalingPolicies).compactMap { policy in observed(policy, search) }
        }.flatMap { $0 }
    }

    /// A policy of the stack's service that nobody asks for any more keeps the name that an earlier manifest gave it.
    private static func observed(
        _ policy: ApplicationAutoScaling.ScalingPolicy, _ search: Search<ScalingPolicySettings>
    ) -> Observed? {
        guard let settings = ScalingPolicySettings(policy) else { return nil }
        let item = search.items.first {
            $0.settings.name == settings.name && $0.settings.service.literal == policy.resourceId
        }
        let isOurs = settings.name.text.hasPrefix(search.work.scope.fullName)
        guard let address = item?.address ?? (isOurs ? stray(settings) : nil) else { return nil }
        return Observed(
            address, .scalingPolicy(settings), facts: [.arn: policy.policyARN ?? "", .name: settings.name.text])
    }

    private static func stray(_ settings: ScalingPolicySettings) -> Address {
        Address(.application, ResourceKind.scalingPolicy.rawValue, settings.name.text)
    }

    static func create(_ order: Order<ScalingPolicySettings>) async throws -> Observed {
        let answer = try await order.work.call(ScalingCalls.put(order.settings))
        return order.done(facts: [.arn: answer.policyARN ?? "", .name: order.settings.name.text])
    }

    static func update(_ order: Order<ScalingPolicySettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .scalingPolicy(let scaling) = observed.settings else { return }
        try await work.gone(
            ApplicationAutoScaling.DeleteScalingPolicyRequest(
                policyName: scaling.name.text, serviceNamespace: "ecs", resourceId: scaling.service.text,
                scalableDimension: ScalingCalls.dimension),
            in: .region)
    }
}
