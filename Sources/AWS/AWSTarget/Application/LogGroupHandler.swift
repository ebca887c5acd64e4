import AWSServices
import AWSWire
import Provisioning
import Resources

/// Groups of CloudWatch Logs, in the stack's region and in the one of the edge.
enum LogGroupHandler: KindHandler {
    static func find(_ search: Search<LogGroupSettings>) async throws -> [Observed] {
        try await search.byPlace.concurrentMap { place, items in try await find(items, in: place, search) }
            .flatMap { $0 }
    }

    private static func find(
        _ items: [Search<LogGroupSettings>.Item], in place: Place, _ search: Search<LogGroupSettings>
    ) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "log-group:", in: place).compactMap {
                $0.arn.components(after: ":log-group:")
            }
        } _: { names in
            let requests = LogGroupCalls.lists(of: names, holding: work.isForRemoval ? work.scope.fullName : nil)
            let groups = try await requests.concurrentMap { request in
                try await work.lookAll(request, in: place).flatMap(\.logGroups)
            }
            return try await groups.flatMap { $0 }.filter { names.contains($0.logGroupName ?? "") }
                .concurrentCompactMap { group in
                    let item = items.first { $0.settings.name.text == group.logGroupName }
                    return try await observed(group, in: place, item, search)
                }
        }
    }

    private static func observed(
        _ group: Logs.LogGroup, in place: Place, _ item: Search<LogGroupSettings>.Item?,
        _ search: Search<LogGroupSettings>
    ) async throws -> Observed? {
        let work = search.work
        let arn = group.logGroupArn ?? (group.arn ?? "").withoutStreams
        let tags = try await work.tags(of: arn, wanted: item?.tags, in: place) {
            try await work.lookIfThere(Logs.ListTagsForResourceRequest(resourceArn: arn), in: place)?.tags ?? [:]
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .logGroup(LogGroupSettings(group)), facts: [.name: group.logGroupName ?? "", .arn: arn],
            tags: tags, place: place)
    }

    static func create(_ order: Order<LogGroupSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            try await order.work.call(LogGroupCalls.create(order.settings, tags: order.tags), in: order.place)
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: name)
        }
        var bare = order.settings
        bare.retentionDays = 0
        return order.born(bare, facts: [.name: name, .arn: arn(name, order)])
    }

    /// Without the `:*` at its end, which stands for the streams in the group.
    private static func arn(_ name: String, _ order: Order<LogGroupSettings>) -> String {
        let connection = order.work.connection
        let region = connection.region(of: order.place)
        return "arn:\(connection.partition.rawValue):logs:\(region):\(connection.account):log-group:\(name)"
    }

    static func update(_ order: Order<LogGroupSettings>, from observed: Observed) async throws -> Observed {
        guard case .logGroup(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            Logs.TagResourceRequest(resourceArn: arn, tags: $0)
        } untag: {
            Logs.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
        try await order.work.perform(LogGroupCalls.changes(order.settings, from: found) + tags, in: order.place)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.gone(Logs.DeleteLogGroupRequest(logGroupName: name), in: observed.place)
    }
}

extension String {
    /// What follows the first occurrence.
    func components(after mark: String) -> String? {
        firstRange(of: mark).map { String(self[$0.upperBound...]) }
    }

}
