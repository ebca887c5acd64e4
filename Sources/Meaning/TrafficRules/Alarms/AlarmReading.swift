package import Stacks

/// What a target measures at one moment, of what alarms look at. What is in none of its parts is not measured there.
package struct AlarmReading: Sendable, Equatable {
    /// Counted since the start.
    package var counts: [AlarmMetric: Int]
    /// Seconds, counted since the start.
    package var latencies: [AlarmMetric: LatencyHistogram]
    /// As it is now.
    package var gauges: [AlarmMetric: Double]
    /// Used since the start, by whoever uses: a task, a server; in the unit of one whole share of a processor.
    package var uses: [AlarmMetric: [String: Duration]]

    package init(
        counts: [AlarmMetric: Int] = [:], latencies: [AlarmMetric: LatencyHistogram] = [:],
        gauges: [AlarmMetric: Double] = [:], uses: [AlarmMetric: [String: Duration]] = [:]
    ) {
        self.counts = counts
        self.latencies = latencies
        self.gauges = gauges
        self.uses = uses
    }
}

/// The readings of one period. The first is what counts begin at; its gauges belong to the period before.
package struct AlarmWindow: Sendable, Equatable {
    private let first: AlarmReading
    let began: Duration
    private var last: AlarmReading
    private var ended: Duration
    /// Of each gauge, all that were read.
    private var gauges: [AlarmMetric: Summary]

    private struct Summary: Sendable, Equatable {
        var (sum, count) = (0.0, 0)
        var (least, most) = (Double.infinity, -Double.infinity)

        mutating func add(_ value: Double) {
            sum += value
            count += 1
            (least, most) = (min(least, value), max(most, value))
        }
    }

    package init(_ reading: AlarmReading, at now: Duration) {
        (first, last, began, ended, gauges) = (reading, reading, now, now, [:])
    }

    package mutating func add(_ reading: AlarmReading, at now: Duration) {
        (last, ended) = (reading, now)
        for (metric, value) in reading.gauges { gauges[metric, default: Summary()].add(value) }
    }

    /// The figure of the period; nil without data. A count of nothing is no data, as in CloudWatch, where a load balancer reports none.
    package func value(of metric: AlarmMetric, _ statistic: AlarmStatistic) -> Double? {
        if let count = last.counts[metric] {
            let more = count - (first.counts[metric] ?? 0)
            return more > 0 ? Double(more) : nil
        }
        if let latencies = last.latencies[metric] {
            return value(of: first.latencies[metric].map(latencies.since) ?? latencies, statistic)
        }
        if let used = last.uses[metric] { return value(of: used, since: first.uses[metric] ?? [:], statistic) }
        return gauges[metric].flatMap { summary in
            switch statistic {
            case .sum: summary.sum
            case .average: summary.sum / Double(summary.count)
            case .maximum, .percentile: summary.most
            case .minimum: summary.least
            }
        }
    }

    private func value(of latencies: LatencyHistogram, _ statistic: AlarmStatistic) -> Double? {
        let all = latencies.total
        guard all > 0 else { return nil }
        return switch statistic {
        case .sum: latencies.sum / .seconds(1)
        case .average: latencies.sum / .seconds(1) / Double(all)
        case .maximum: latencies.percentile(100).map { $0 / .seconds(1) }
        case .minimum: latencies.percentile(0).map { $0 / .seconds(1) }
        case .percentile(let percent): latencies.percentile(Double(percent)).map { $0 / .seconds(1) }
        }
    }

    /// In per cent. Whoever has started or ended meanwhile was not there for the whole period.
    private func value(
        of used: [String: Duration], since before: [String: Duration], _ statistic: AlarmStatistic
    ) -> Double? {
        guard ended > began else { return nil }
        let loads = used.compactMap { name, now -> Double? in
            guard let before = before[name], now >= before else { return nil }
            return (now - before) / (ended - began) * 100
        }
        guard let (least, most) = loads.min().flatMap({ least in loads.max().map { (least, $0) } }) else { return nil }
        return switch statistic {
        case .sum: loads.reduce(0, +)
        case .average: loads.reduce(0, +) / Double(loads.count)
        case .maximum, .percentile: most
        case .minimum: least
        }
    }
}
