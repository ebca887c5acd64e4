import TrafficRules

/// What came in the last minute, out of totals that are noted every few seconds. A value; times come in.
struct RecentTraffic: Sendable {
    /// How far back it looks.
    static let length = Duration.seconds(60)

    private var notes: [(at: Duration, totals: [String: TrafficTotals])] = []

    /// - Parameter totals: since the start, by name.
    mutating func note(_ totals: [String: TrafficTotals], at now: Duration) {
        notes.append((now, totals))
        // One note from before the minute is its beginning.
        while notes.count > 2, notes[1].at <= now - Self.length { notes.removeFirst() }
    }

    /// nil before there is anything to compare with.
    func figures(of name: String) -> RecentFigures? {
        guard let first = notes.first, let last = notes.last, last.at > first.at,
            let before = first.totals[name], let now = last.totals[name]
        else { return nil }
        return RecentFigures(now, since: before, seconds: (last.at - first.at) / .seconds(1))
    }
}

/// Traffic of about a minute; latencies in seconds.
package struct RecentFigures: Codable, Sendable, Equatable {
    /// How long it was.
    package var seconds: Double
    package var requests: Int
    /// Answers of 500 and above.
    package var errors: Int
    package var p50: Double
    package var p99: Double
    package var hits: Int
    package var misses: Int

    package init(
        seconds: Double, requests: Int, errors: Int = 0, p50: Double = 0, p99: Double = 0, hits: Int = 0,
        misses: Int = 0
    ) {
        self.seconds = seconds
        self.requests = requests
        self.errors = errors
        self.p50 = p50
        self.p99 = p99
        self.hits = hits
        self.misses = misses
    }

    init(_ now: TrafficTotals, since before: TrafficTotals, seconds: Double) {
        let latencies = now.latencies.since(before.latencies)
        self.init(
            seconds: seconds, requests: now.requests - before.requests, errors: now.classes[4] - before.classes[4],
            p50: latencies.percentile(50).map { $0 / .seconds(1) } ?? 0,
            p99: latencies.percentile(99).map { $0 / .seconds(1) } ?? 0, hits: now.hits - before.hits,
            misses: now.misses - before.misses)
    }

    package var perSecond: Double { seconds > 0 ? Double(requests) / seconds : 0 }
    /// 0...1; nil when nothing was asked of the cache.
    package var hitRatio: Double? { hits + misses == 0 ? nil : Double(hits) / Double(hits + misses) }
}
