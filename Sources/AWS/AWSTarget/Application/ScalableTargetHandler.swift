import AWSServices
import AWSWire
import Provisioning
import Resources

/// The bounds between which Application Auto Scaling moves a service's desired count.
enum ScalableTargetHandler: KindHandler {
    static func find(_ search: Search<ScalableTargetSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.ecsCluster, .ecsService])
        let work = search.work
        // By name: an account may scale hundreds of services.
        let batches = search.items.compactMap(\.settings.service.literal).sorted().batches(of: batch)
        let found = try await batches.concurrentMap { try await targets($0, work) }.flatMap { $0 }
        let known = Set(found.compactMap(\.scalableTargetARN))
        let tagged = Set(try await work.taggedARNs(of: "scalable-target/", in: .region).map(\.arn)).subtracting(known)
        let others = tagged.isEmpty ? [] : try await targets(nil, work)
        let ours = (found + others.filter { tagged.contains($0.scalableTargetARN ?? "") })
            .filter { $0.scalableDimension == ScalingCalls.dimension }
        let scheduled = try await actions(of: ours, work)
        return try await ours.concurrentCompactMap { try await observed($0, scheduled, search) }
    }

    /// Only what has no choice but one number can be held.
    private static func actions(
        of targets: [ApplicationAutoScaling.ScalableTarget], _ work: Work
    ) async throws -> [ApplicationAutoScaling.ScheduledAction] {
        guard !work.isForRemoval else { return [] }
        let services = targets.filter { $0.minCapacity == $0.maxCapacity }.compactMap(\.resourceId)
        return try await services.map(TaskHoldCalls.name).sorted().batches(of: batch).concurrentMap { names in
            try await work.lookAll(
                ApplicationAutoScaling.DescribeScheduledActionsRequest(
                    serviceNamespace: "ecs", scheduledActionNames: names)
            ).flatMap(\.scheduledActions)
        }.flatMap { $0 }
    }

    /// Application Auto Scaling takes so many names at a time.
    private static let batch = 50

    /// Nil asks for all.
    private static func targets(
        _ ids: [String]?, _ work: Work
    ) async throws -> [ApplicationAutoScaling.ScalableTarget] {
        try await work.lookAll(
            ApplicationAutoScaling.DescribeScalableTargetsRequest(serviceNamespace: "ecs", resourceIds: ids)
        ).flatMap(\.scalableTargets)
    }

    private static func observed(
        _ target: ApplicationAutoScaling.ScalableTarget, _ actions: [ApplicationAutoScaling.ScheduledAction],
        _ search: Search<ScalableTargetSettings>
    ) async throws -> Observed? {
        let (work, arn) = (search.work, target.scalableTargetARN ?? "")
        let item = search.items.first { $0.settings.service.literal == target.resourceId }
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            let request = ApplicationAutoScaling.ListTagsForResourceRequest(resourceARN: arn)
            return try await work.lookIfThere(request)?.tags ?? [:]
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        let settings = TaskHoldCalls.held(
            ScalableTargetSettings(target), by: actions, at: work.connection.now().seconds)
        return Observed(
            address, .scalableTarget(settings),
            facts: [.id: target.resourceId ?? "", .arn: arn], tags: tags)
    }

    static func create(_ order: Order<ScalableTargetSettings>) async throws -> Observed {
        let answer = try await order.work.call(ScalingCalls.register(order.settings, tags: order.tags))
        return order.done(facts: facts(answer.scalableTargetARN, order))
    }

    private static func facts(_ arn: String?, _ order: Order<ScalableTargetSettings>) -> [Fact: String] {
        var facts: [Fact: String] = [.id: order.settings.service.text]
        facts[.arn] = arn
        return facts
    }

    static func update(_ order: Order<ScalableTargetSettings>, from observed: Observed) async throws -> Observed {
        guard case .scalableTarget(let found) = observed.settings, let arn = observed.facts[.arn] else {
            return observed
        }
        if (found.min, found.max) != (order.settings.min, order.settings.max) { try await rebound(order, found) }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            ApplicationAutoScaling.TagResourceRequest(resourceARN: arn, tags: $0)
        } untag: {
            ApplicationAutoScaling.UntagResourceRequest(resourceARN: arn, tagKeys: $0)
        }
        try await order.work.perform(tags, in: .region)
        return order.done(facts: observed.facts)
    }

    /// A hold stays, with other bounds behind it and within them. What is left of one that was given up goes.
    private static func rebound(
        _ order: Order<ScalableTargetSettings>, _ found: ScalableTargetSettings
    ) async throws {
        let (wanted, work) = (order.settings, order.work)
        guard let hold = found.hold else {
            try await work.call(ScalingCalls.register(wanted, tags: nil))
            return try await work.gone(TaskHoldCalls.delete(wanted.service.text), in: .region)
        }
        try await work.call(
            TaskHoldCalls.put(wanted.service.text, until: hold.until, then: (wanted.min, wanted.max)))
        var held = wanted
        held.min = min(max(hold.tasks, wanted.min), wanted.max)
        held.max = held.min
        if held.min != hold.tasks { try await work.call(ScalingCalls.register(held, tags: nil)) }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .scalableTarget(let target) = observed.settings else { return }
        try await work.gone(
            ApplicationAutoScaling.DeregisterScalableTargetRequest(
                serviceNamespace: "ecs", resourceId: target.service.text, scalableDimension: ScalingCalls.dimension),
            in: .region)
    }
}
