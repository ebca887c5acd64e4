import AWSServices
import AWSWire
import Provisioning
import Resources

/// Topics of SNS.
enum TopicHandler: KindHandler {
    static func find(_ search: Search<TopicSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map { work.connection.arn("sns", $0.settings.name.text) }) {
            try await work.taggedARNs(of: "sns:", in: .region).map(\.arn)
        } _: { arns in
            try await arns.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(_ arn: String, _ search: Search<TopicSettings>) async throws -> Observed? {
        let work = search.work
        guard let answer = try await work.lookIfThere(SNS.GetTopicAttributesRequest(topicArn: arn)) else { return nil }
        let name = String(arn.split(separator: ":").last ?? "")
        let item = search.items.first { $0.settings.name.text == name }
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            [String: String](try await work.lookIfThere(SNS.ListTagsForResourceRequest(resourceArn: arn))?.tags ?? [])
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .topic(TopicSettings(name: name, attributes: answer.attributes)),
            facts: [.arn: arn, .name: name], tags: tags)
    }

    /// Gives back the topic of that name when there is one, whoever made it: so it looks first.
    static func create(_ order: Order<TopicSettings>) async throws -> Observed {
        if let found = try await earlier(order) { return found }
        let name = order.settings.name.text
        do {
            let answer = try await order.work.call(TopicCalls.create(order.settings, tags: order.tags))
            let arn = try answer.topicArn.orUnreadable("SNS.CreateTopic", "TopicArn")
            return order.done(facts: [.arn: arn, .name: name])
        } catch let error as AWSError where error.code == "InvalidParameter" && error.message.contains("already exists")
        {
            return try await adopt(order, named: name)
        }
    }

    static func update(_ order: Order<TopicSettings>, from observed: Observed) async throws -> Observed {
        guard case .topic(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            SNS.TagResourceRequest(resourceArn: arn, tags: SNS.Tag.list($0))
        } untag: {
            SNS.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
        try await order.work.perform(TopicCalls.changes(order.settings, from: found, arn: arn) + tags, in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        try await work.gone(SNS.DeleteTopicRequest(topicArn: arn), in: .region)
    }
}

/// Who is told by a topic. A subscription cannot be tagged: everything that subscribes to the stack's topic is the stack's.
enum TopicSubscriptionHandler: KindHandler {
    /// What SNS calls a subscription that nobody has confirmed yet.
    static let unconfirmed = "PendingConfirmation"

    static func find(_ search: Search<TopicSubscriptionSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.topic])
        let topics = Set(search.items.compactMap(\.settings.topic.literal)).sorted()
        return try await topics.concurrentMap { topic in
            let pages = try await pages(of: topic, search.work)
            return pages.flatMap(\.subscriptions).compactMap { subscription in observed(subscription, topic, search) }
        }.flatMap { $0 }
    }

    private static func pages(of topic: String, _ work: Work) async throws -> [SNS.ListSubscriptionsByTopicResponse] {
        do { return try await work.lookAll(SNS.ListSubscriptionsByTopicRequest(topicArn: topic)) } catch let error
            as AWSError
            where error.kind == .notFound
        {
            return []
        }
    }

    private static func observed(
        _ subscription: SNS.Subscription, _ topic: String, _ search: Search<TopicSubscriptionSettings>
    ) -> Observed? {
        guard let word = subscription.protocol, let channel = TopicSubscriptionSettings.Channel(rawValue: word),
            let endpoint = subscription.endpoint, let arn = subscription.subscriptionArn
        else { return nil }
        let settings = TopicSubscriptionSettings(topic: Value(topic), channel: channel, endpoint: endpoint)
        guard let item = search.items.first(where: { $0.settings == settings }) else {
            // Somebody subscribed by hand, or an earlier manifest named more people; the first may stay, and we cannot tell.
            return nil
        }
        return Observed(item.address, .topicSubscription(settings), facts: facts(arn, settings))
    }

    private static func facts(_ arn: String, _ settings: TopicSubscriptionSettings) -> [Fact: String] {
        [.arn: arn, .id: "\(settings.channel.rawValue) \(settings.endpoint)"]
    }

    /// The same subscription again is no second one.
    static func create(_ order: Order<TopicSubscriptionSettings>) async throws -> Observed {
        let settings = order.settings
        let request = SNS.SubscribeRequest(
            topicArn: settings.topic.text, protocol: settings.channel.rawValue, endpoint: settings.endpoint,
            returnSubscriptionArn: true)
        let arn = try await order.work.call(request).subscriptionArn ?? unconfirmed
        return order.done(facts: facts(arn, settings))
    }

    /// All of it is fixed: what differs is replaced.
    static func update(
        _ order: Order<TopicSubscriptionSettings>, from observed: Observed
    ) async throws -> Observed { observed }

    /// One that was never confirmed cannot be ended; SNS drops it after two days, or with its topic.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard case .topicSubscription(let settings) = observed.settings else { return nil }
        let pages = try await pages(of: settings.topic.text, work)
        let arns = pages.flatMap(\.subscriptions).filter {
            $0.endpoint == settings.endpoint && $0.protocol == settings.channel.rawValue
        }.compactMap(\.subscriptionArn)
        return arns.contains { $0 != unconfirmed } ? observed : nil
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn], arn != unconfirmed else { return }
        try await work.gone(SNS.UnsubscribeRequest(subscriptionArn: arn), in: .region)
    }
}
