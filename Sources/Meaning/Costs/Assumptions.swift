package import Stacks

/// The stack's usage as quantities. Everything that the manifest does not say and an estimate needs stands here.
package struct Assumptions: Sendable {
    package let stack: Stack

    package init(_ stack: Stack) { self.stack = stack }

    /// As AWS's own estimates count a month.
    package static let hours = 730
    /// Days in such a month, in tenths.
    static let dayTenths = 304

    private var usage: Usage { stack.usage }

    // MARK: Traffic

    package var requests: Quantity { Quantity(usage.requests) }
    package var egress: Quantity { Quantity(gigabytesOf: usage.egress.bytes) }
    package var uploads: Quantity { Quantity(gigabytesOf: usage.uploads.bytes) }
    /// What the cache does not answer.
    package var originRequests: Quantity { requests.times(100 - usage.cacheHits, over: 100) }
    package var originGigabytes: Quantity { egress.times(100 - usage.cacheHits, over: 100) + uploads }
    package var natGigabytes: Quantity { Quantity(gigabytesOf: usage.nat.bytes) }

    /// The load balancer's capacity units times hours: the greater of what connections and bytes ask for. A unit is 25 new connections a
    /// second or a GB an hour. Every request that reaches it counts as a new connection, though CloudFront keeps its own open.
    /// Source: Application Load Balancer pricing, 2026-11.
    package var balancerUnitHours: Quantity {
        max(originRequests.times(1, over: 25 * 3600), originGigabytes)
    }

    // MARK: Tasks

    /// How many run, in hundredths.
    package func tasks(_ name: String, in bounds: ClosedRange<Int>) -> Spread<Int> {
        let quarter = bounds.lowerBound * 100 + (bounds.upperBound - bounds.lowerBound) * 25
        let average = min(max(usage.tasks[name] ?? quarter, bounds.lowerBound * 100), bounds.upperBound * 100)
        return Spread(low: bounds.lowerBound * 100, expected: average, high: bounds.upperBound * 100)
    }

    // MARK: Jobs

    /// How often a job starts in a month; never where the manifest does not have it.
    package func starts(_ job: String) -> Quantity {
        guard let schedule = stack.jobs.first(where: { $0.name == job })?.schedule else { return .zero }
        return Quantity(schedule.startsOfCycle).times(1, over: CronSchedule.monthsOfCycle)
    }

    // MARK: Database

    /// Capacity units of one serverless server, in thousandths; `least` and `most` are too, and being halves of a unit their quarter
    /// is exact.
    package func capacity(least: Int, most: Int) -> Spread<Int> {
        let quarter = least + (most - least) / 4
        let average = min(max(usage.database.capacity.map { $0 * 10 } ?? quarter, least), most)
        return Spread(low: least, expected: average, high: most)
    }

    package var databaseGigabytes: Quantity { Quantity(gigabytesOf: usage.database.storage.bytes) }
    package var databaseIO: Quantity { Quantity(usage.database.io) }

    // MARK: Logs

    package var taskLogs: Quantity { Quantity(gigabytesOf: usage.logs.bytes) }
    package var databaseLogs: Quantity { Quantity(gigabytesOf: usage.database.logs.bytes) }
    package var flowLogs: Quantity { Quantity(gigabytesOf: usage.flowLogs.bytes) }
    package var images: Quantity { Quantity(gigabytesOf: usage.images.bytes) }

    /// The firewall logs what it refuses: taken as one request in a hundred, 2 KiB each.
    package var firewallLogs: Quantity { Quantity(gigabytesOf: usage.requests / 100 * 2048) }
    /// A request's line in CloudFront's log and in the load balancer's, compressed.
    private static let lineBytes = (edge: 200, balancer: 100)
    package var edgeLines: Quantity { Quantity(gigabytesOf: usage.requests * Self.lineBytes.edge) }
    package var balancerLines: Quantity {
        Quantity(gigabytesOf: usage.requests * (100 - usage.cacheHits) / 100 * Self.lineBytes.balancer)
    }

    /// What lies there in the long run of that which is kept for so many days.
    package func kept(_ monthly: Quantity, days: Int) -> Quantity { monthly.times(days * 10, over: Self.dayTenths) }
}
