import AWSServices
import AWSWire
import Provisioning
import Resources

/// Alarms of CloudWatch.
enum AlarmHandler: KindHandler {
    /// CloudWatch describes so many at a time.
    private static let batch = 100

    static func find(_ search: Search<AlarmSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "alarm:", in: .region).compactMap { $0.arn.components(after: ":alarm:") }
        } _: { names in
            let pages = try await names.batches(of: batch).concurrentMap { names in
                try await work.lookAll(CloudWatch.DescribeAlarmsRequest(alarmNames: names, alarmTypes: ["MetricAlarm"]))
            }
            return try await pages.flatMap { $0 }.flatMap(\.metricAlarms)
                .concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(
        _ alarm: CloudWatch.MetricAlarm, _ search: Search<AlarmSettings>
    ) async throws -> Observed? {
        let (work, arn) = (search.work, alarm.alarmArn ?? "")
        let item = search.items.first { $0.settings.name.text == alarm.alarmName }
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            let answer = try await work.lookIfThere(CloudWatch.ListTagsForResourceRequest(resourceARN: arn))
            return [String: String](answer?.tags ?? [])
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .alarm(AlarmSettings(alarm)), facts: [.arn: arn, .name: alarm.alarmName ?? ""], tags: tags)
    }

    static func create(_ order: Order<AlarmSettings>) async throws -> Observed {
        try await order.work.call(AlarmCalls.put(order.settings, tags: order.tags))
        let name = order.settings.name.text
        return order.done(facts: [.arn: order.work.connection.arn("cloudwatch", "alarm:\(name)"), .name: name])
    }

    /// The call that makes an alarm also changes it, but for its tags.
    static func update(_ order: Order<AlarmSettings>, from observed: Observed) async throws -> Observed {
        guard case .alarm(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if found != order.settings { try await order.work.call(AlarmCalls.put(order.settings, tags: nil)) }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            CloudWatch.TagResourceRequest(resourceARN: arn, tags: CloudWatch.Tag.list($0))
        } untag: {
            CloudWatch.UntagResourceRequest(resourceARN: arn, tagKeys: $0)
        }
        try await order.work.perform(tags, in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.gatherings.join(name, for: "DeleteAlarms", most: batch, work.time) { names in
            do {
                try await work.call(CloudWatch.DeleteAlarmsRequest(alarmNames: names))
            } catch let error as AWSError where error.kind == .notFound {
                // One that is gone already keeps the call from deleting the others.
                for name in names {
                    try await work.gone(CloudWatch.DeleteAlarmsRequest(alarmNames: [name]), in: .region)
                }
            }
        }
    }
}

/// Pages of graphs. They cannot be tagged and carry the stack's name.
enum DashboardHandler: KindHandler {
    static func find(_ search: Search<DashboardSettings>) async throws -> [Observed] {
        try await search.items.concurrentCompactMap { item in
            let name = item.settings.name.text
            let request = CloudWatch.GetDashboardRequest(dashboardName: name)
            guard let answer = try await search.work.lookIfThere(request) else { return nil }
            let settings = DashboardSettings(name: Value(name), body: Value(answer.dashboardBody ?? ""))
            return Observed(
                item.address, .dashboard(settings), facts: [.name: name, .arn: answer.dashboardArn ?? ""])
        }
    }

    static func create(_ order: Order<DashboardSettings>) async throws -> Observed {
        let (name, connection) = (order.settings.name.text, order.work.connection)
        try await order.work.call(
            CloudWatch.PutDashboardRequest(dashboardName: name, dashboardBody: order.settings.body.text))
        let arn = "arn:\(connection.partition.rawValue):cloudwatch::\(connection.account):dashboard/\(name)"
        return order.done(facts: [.name: name, .arn: arn])
    }

    static func update(_ order: Order<DashboardSettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.gone(CloudWatch.DeleteDashboardsRequest(dashboardNames: [name]), in: .region)
    }
}
