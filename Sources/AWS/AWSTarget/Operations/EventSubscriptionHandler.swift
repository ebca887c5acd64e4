import AWSServices
import AWSWire
import Provisioning
import Resources

/// What RDS tells a topic about the database.
enum EventSubscriptionHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<EventSubscriptionSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.rdsNames("es")
        } _: { names in
            try await subscriptions(work).filter { names.contains($0.custSubscriptionId ?? "") }
                .concurrentCompactMap { try await observed($0, search) }
        }
    }

    /// An account has 20 at most, unless it has asked for more: one call for all.
    private static func subscriptions(_ work: Work) async throws -> [RDS.EventSubscription] {
        try await work.lookAll(RDS.DescribeEventSubscriptionsRequest()).flatMap(\.eventSubscriptionsList)
    }

    private static func observed(
        _ found: RDS.EventSubscription, _ search: Search<EventSubscriptionSettings>
    ) async throws -> Observed? {
        let (work, name) = (search.work, found.custSubscriptionId ?? "")
        let arn = found.eventSubscriptionArn ?? work.connection.arn("rds", "es:\(name)")
        let item = search.items.first { $0.settings.name.text == name }
        let tags = try await work.rdsTags(arn, wanted: item?.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .eventSubscription(EventSubscriptionSettings(found)), facts: [.name: name, .arn: arn],
            state: EventSubscriptionCalls.state(found.status), tags: tags)
    }

    /// Its tags are no news while it is waited for.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let found = try await subscriptions(work).first(where: { $0.custSubscriptionId == observed.facts[.name] })
        else { return nil }
        var seen = observed
        seen.settings = .eventSubscription(EventSubscriptionSettings(found))
        seen.state = EventSubscriptionCalls.state(found.status)
        return seen
    }

    static func create(_ order: Order<EventSubscriptionSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            try await order.work.call(EventSubscriptionCalls.create(order.settings, tags: order.tags))
        } catch let error as AWSError
            where error.kind == .alreadyExists || error.code.hasPrefix("SubscriptionAlreadyExist")
        {
            return try await adopt(order, named: name)
        }
        return order.done(
            facts: [.name: name, .arn: order.work.connection.arn("rds", "es:\(name)")], state: .pending("creating"))
    }

    static func update(_ order: Order<EventSubscriptionSettings>, from observed: Observed) async throws -> Observed {
        guard case .eventSubscription(let found) = observed.settings, let arn = observed.facts[.arn] else {
            return observed
        }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            RDS.AddTagsToResourceRequest(resourceName: arn, tags: RDS.Tag.list($0))
        } untag: {
            RDS.RemoveTagsFromResourceRequest(resourceName: arn, tagKeys: $0)
        }
        try await order.work.perform(EventSubscriptionCalls.changes(order.settings, from: found) + tags, in: .region)
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        do {
            try await work.gone(RDS.DeleteEventSubscriptionRequest(subscriptionName: name), in: .region)
        } catch let error as AWSError where error.code.hasPrefix("InvalidEventSubscriptionState") {
            // Already on its way out; the wait sees the end.
            return
        }
    }
}

extension EventSubscriptionSettings {
    /// As RDS tells it.
    init(_ subscription: RDS.EventSubscription) {
        self.init(
            name: Value(subscription.custSubscriptionId ?? ""), topic: Value(subscription.snsTopicArn ?? ""),
            source: subscription.sourceType.flatMap(Source.init(rawValue:)) ?? .cluster,
            categories: subscription.eventCategoriesList, sources: subscription.sourceIdsList.map { Value($0) },
            isEnabled: subscription.enabled ?? false)
    }
}

/// What is said to RDS about a subscription.
enum EventSubscriptionCalls {
    static func create(
        _ subscription: EventSubscriptionSettings, tags: [String: String]
    ) -> RDS.CreateEventSubscriptionRequest {
        RDS.CreateEventSubscriptionRequest(
            subscriptionName: subscription.name.text, snsTopicArn: subscription.topic.text,
            sourceType: subscription.source.rawValue, eventCategories: subscription.categories,
            sourceIds: subscription.sources.isEmpty ? nil : subscription.sources.map(\.text),
            enabled: subscription.isEnabled, tags: RDS.Tag.list(tags))
    }

    /// Sources come and go one by one.
    static func changes(
        _ desired: EventSubscriptionSettings, from observed: EventSubscriptionSettings
    ) -> [any WireRequest] {
        let name = desired.name.text
        let (wanted, there) = (Set(desired.sources.map(\.text)), Set(observed.sources.map(\.text)))
        var calls: [any WireRequest] = []
        if desired.topic != observed.topic || desired.source != observed.source
            || Set(desired.categories) != Set(observed.categories) || desired.isEnabled != observed.isEnabled
        {
            calls.append(
                RDS.ModifyEventSubscriptionRequest(
                    subscriptionName: name, snsTopicArn: desired.topic.text, sourceType: desired.source.rawValue,
                    eventCategories: desired.categories, enabled: desired.isEnabled))
        }
        calls += wanted.subtracting(there).sorted().map {
            RDS.AddSourceIdentifierToSubscriptionRequest(subscriptionName: name, sourceIdentifier: $0)
        }
        return calls
            + there.subtracting(wanted).sorted().map {
                RDS.RemoveSourceIdentifierFromSubscriptionRequest(subscriptionName: name, sourceIdentifier: $0)
            }
    }

    static func state(_ status: String?) -> Observed.State {
        switch status {
        case "active"?: .ready
        case "deleting"?: .deleting
        case "no-permission"?: .failed("RDS may not publish to the topic")
        case "topic-not-exist"?: .failed("its topic does not exist any more")
        case let status?: .pending(status)
        case nil: .pending("no state yet")
        }
    }
}
