import Resources
import Stacks

extension Estimator {
    func charges(for group: LogGroupSettings, at address: Address) -> [Charge] {
        let lines: Quantity
        let item: PriceItem
        switch address.group {
        case .application:
            let groups = resources.count { resource in
                if case .logGroup = resource.settings { resource.address.group == .application } else { false }
            }
            (lines, item) = (assumptions.taskLogs.times(1, over: max(1, groups)), .logGigabyte)
        case .data: (lines, item) = (assumptions.databaseLogs, .logGigabyte)
        // The firewall hands its lines over itself.
        case .edge: (lines, item) = (assumptions.firewallLogs, .vendedLogGigabyte)
        case .network, .operations: return []
        }
        let days = group.retentionDays
        return [
            Charge("lines taken in", item, lines),
            Charge("kept for \(days) days", .logStorageGigabyte, assumptions.kept(lines, days: days)),
        ]
    }

    func charges(for bucket: BucketSettings) -> [Charge] {
        var lines = Quantity.zero
        if count(where: { if case .flowLog = $0 { true } else { false } }) > 0 { lines = lines + assumptions.flowLogs }
        if count(where: { if case .logDelivery = $0 { true } else { false } }) > 0 {
            lines = lines + assumptions.edgeLines
        }
        if count(where: { if case .loadBalancer = $0 { true } else { false } }) > 0 {
            lines = lines + assumptions.balancerLines
        }
        guard let days = bucket.expireDays else {
            return [
                Charge(
                    "a month's logs", .bucketGigabyte, lines,
                    note: "nothing expires: every month as much comes on top")
            ]
        }
        return [Charge("logs kept for \(days) days", .bucketGigabyte, assumptions.kept(lines, days: days))]
    }

    /// An alarm is billed by the figures that it looks at.
    func charges(for alarm: AlarmSettings) -> [Charge] {
        let figures = alarm.figures.count { if case .metric = $0.source { true } else { false } }
        return [Charge("alarm on \(figures == 1 ? "a figure" : "\(figures) figures")", .alarmFigure, Quantity(figures))]
    }
}
