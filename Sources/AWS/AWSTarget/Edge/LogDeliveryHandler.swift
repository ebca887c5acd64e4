import AWSServices
import AWSWire
import Provisioning
import Resources

/// CloudFront's standard logs, set up in us-east-1.
enum LogDeliveryHandler: KindHandler {
    static func find(_ search: Search<LogDeliverySettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "delivery-source:", in: .edge).compactMap {
                $0.arn.components(after: ":delivery-source:")
            }
        } _: { names in
            try await names.concurrentCompactMap { name in
                var answers = try await ends(of: name, work)
                guard answers.source != nil || answers.destination != nil else { return nil }
                let deliveries = try await work.lookAll(Logs.DescribeDeliveriesRequest(), in: .edge)
                answers.delivery = deliveries.flatMap(\.deliveries).first { $0.deliverySourceName == name }
                let tags = (answers.source?.tags ?? answers.destination?.tags ?? [:]).ownTags
                let item = search.items.first { $0.settings.name.text == name }
                return search.address(tags: tags, orOf: item).map { observed(answers, name, $0, tags) }
            }
        }
    }

    private static func ends(of name: String, _ work: Work) async throws -> LogDeliveryAnswers {
        async let source = work.lookIfThere(Logs.GetDeliverySourceRequest(name: name), in: .edge)
        async let destination = work.lookIfThere(Logs.GetDeliveryDestinationRequest(name: name), in: .edge)
        return LogDeliveryAnswers(
            source: try await source?.deliverySource, destination: try await destination?.deliveryDestination)
    }

    /// Parts that a killed run left alone are completed by a creation: the calls for the ends change what is there.
    private static func observed(
        _ answers: LogDeliveryAnswers, _ name: String, _ address: Address, _ tags: [String: String]
    ) -> Observed {
        var facts: [Fact: String] = [.name: name]
        facts[.id] = answers.delivery?.id
        return Observed(
            address, .logDelivery(LogDeliverySettings(answers, name: name)), facts: facts,
            state: answers.delivery == nil ? .failed("an earlier run was ended before it was complete") : .ready,
            tags: tags,
            place: .edge)
    }

    /// Makes what is missing of the three; what a run before this one made stays.
    static func create(_ order: Order<LogDeliverySettings>) async throws -> Observed {
        try await settle(order, from: try await ends(of: order.settings.name.text, order.work.beforeCreation))
    }

    private static func settle(
        _ order: Order<LogDeliverySettings>, from there: LogDeliveryAnswers
    ) async throws -> Observed {
        let (work, name) = (order.work, order.settings.name.text)
        // A source that leads to another distribution is refused, which the report says.
        if there.source?.resourceArns != [order.settings.distribution.text] {
            let tags = there.source == nil ? order.tags : nil
            try await put(tags, work) { LogDeliveryCalls.source(order.settings, tags: $0) }
        }
        var destination = there.destination?.arn
        if LogDeliverySettings(there, name: name) != order.settings || destination == nil {
            let tags = there.destination == nil ? order.tags : nil
            let answer = try await put(tags, work) { LogDeliveryCalls.destination(order.settings, tags: $0) }
            destination = answer.deliveryDestination?.arn
        }
        // Without its source there was none.
        var id = there.source == nil ? nil : try await delivery(from: name, work)
        if id == nil {
            let request = Logs.CreateDeliveryRequest(
                deliverySourceName: name,
                deliveryDestinationArn: try destination.orUnreadable("Logs.PutDeliveryDestination", "arn"),
                tags: order.tags)
            do {
                id = try await work.call(request, in: .edge).delivery?.id
            } catch let error as AWSError where error.code == "ConflictException" {
                // Made by a call whose answer was lost.
                guard let made = try await delivery(from: name, work) else { throw error }
                id = made
            }
        }
        return order.done(facts: [.name: name, .id: try id.orUnreadable("Logs.CreateDelivery", "id")])
    }

    /// The id of the delivery; nil when there is none.
    private static func delivery(from source: String, _ work: Work) async throws -> String? {
        try await work.fresh().lookAll(Logs.DescribeDeliveriesRequest(), in: .edge).flatMap(\.deliveries)
            .first { $0.deliverySourceName == source }?.id
    }

    /// A call whose answer was lost has made it, and the same call again is refused for its tags alone.
    @discardableResult
    private static func put<Request: WireRequest>(
        _ tags: [String: String]?, _ work: Work, _ request: ([String: String]?) -> Request
    ) async throws -> Request.Response {
        do {
            return try await work.call(request(tags), in: .edge)
        } catch let error as AWSError where error.code == "ConflictException" && tags != nil {
            return try await work.call(request(nil), in: .edge)
        }
    }

    /// The three carry the same tags.
    static func update(_ order: Order<LogDeliverySettings>, from observed: Observed) async throws -> Observed {
        let (work, name) = (order.work.fresh(), order.settings.name.text)
        let there = try await ends(of: name, work)
        let settled = try await settle(order, from: there)
        let deliveries = try await work.lookAll(Logs.DescribeDeliveriesRequest(), in: .edge).flatMap(\.deliveries)
        let delivery = deliveries.first { $0.deliverySourceName == name }
        let change = TagChange(order.tags, from: observed.tags)
        for arn in [there.source?.arn, there.destination?.arn, delivery?.arn].compactMap({ $0 }) {
            let calls = change.calls {
                Logs.TagResourceRequest(resourceArn: arn, tags: $0)
            } untag: {
                Logs.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
            }
            try await work.perform(calls, in: .edge)
        }
        return settled
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        let found = observed.facts[.id]
        if let id = try await found == nil ? delivery(from: name, work) : found {
            try await work.gone(Logs.DeleteDeliveryRequest(id: id), in: .edge)
        }
        try await work.gone(Logs.DeleteDeliverySourceRequest(name: name), in: .edge)
        try await work.gone(Logs.DeleteDeliveryDestinationRequest(name: name), in: .edge)
    }
}
