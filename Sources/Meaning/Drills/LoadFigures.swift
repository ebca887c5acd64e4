/// The time in which something was being broken, counted from the load's start.
package struct FaultWindow: Sendable, Equatable {
    /// Before the first process was touched.
    package var began: Duration
    /// After the last one was.
    package var done: Duration
    /// Nothing that is under way may be touched by it.
    package var isGentle: Bool

    package init(began: Duration, done: Duration, isGentle: Bool = false) {
        self.began = began
        self.done = done
        self.isGentle = isGentle
    }

    /// Whether it was being answered while the fault came about.
    func cuts(_ outcome: VisitOutcome) -> Bool {
        !isGentle && outcome.visit.at <= done && outcome.end >= began
    }
}

/// What a run of visits adds up to. Times are in seconds.
package struct LoadFigures: Sendable, Codable, Equatable {
    package var sent: Int
    package var failed: Int
    /// Of the failed ones, those that were under way while something was being broken.
    package var failedInFlight: Int
    package var slowest: Double
    package var p50: Double
    package var p99: Double
    /// The longest time in which no good answer arrived.
    package var longestGap: Double
    /// Its beginning, counted from the fault.
    package var gapAt: Double
    /// How often each reason was given for a failure.
    package var reasons: [String: Int]
    /// One entry for each second from the load's start, by the moment a request was meant to be sent.
    package var seconds: [Second]

    /// One second of the load.
    package struct Second: Sendable, Codable, Equatable {
        package var good: Int
        package var failed: Int
        /// Of the good ones.
        package var slowest: Double

        package init(good: Int = 0, failed: Int = 0, slowest: Double = 0) {
            self.good = good
            self.failed = failed
            self.slowest = slowest
        }
    }

    /// Failed although nothing of it was touched by the fault itself.
    package var failedAfter: Int { failed - failedInFlight }

    /// - Parameter length: how long the load ran; a silence lasts at most until then.
    package init(_ outcomes: [VisitOutcome], fault: FaultWindow, length: Duration) {
        let bad = outcomes.filter { !$0.isGood }
        let latencies = outcomes.filter(\.isGood).map(\.latency).sorted()
        sent = outcomes.count
        failed = bad.count
        failedInFlight = bad.count(where: fault.cuts)
        slowest = (latencies.last ?? .zero).inSeconds
        p50 = LoadFigures.percentile(50, latencies).inSeconds
        p99 = LoadFigures.percentile(99, latencies).inSeconds
        let gap = LoadFigures.longestGap(outcomes, length: length)
        longestGap = (gap.end - gap.start).inSeconds
        gapAt = (gap.start - fault.began).inSeconds
        reasons = Dictionary(bad.map { ($0.reason, 1) }, uniquingKeysWith: +)
        seconds = LoadFigures.bySecond(outcomes)
    }

    /// The nearest rank.
    static func percentile(_ percent: Int, _ sorted: [Duration]) -> Duration {
        guard !sorted.isEmpty else { return .zero }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    /// Between two good answers, before the first, or after the last.
    static func longestGap(_ outcomes: [VisitOutcome], length: Duration) -> (start: Duration, end: Duration) {
        var last = Duration.zero
        var longest = (start: Duration.zero, end: Duration.zero)
        for moment in outcomes.filter(\.isGood).map(\.end).sorted() + [length] {
            if moment - last > longest.end - longest.start { longest = (last, moment) }
            last = max(last, moment)
        }
        return longest
    }

    private static func bySecond(_ outcomes: [VisitOutcome]) -> [Second] {
        var seconds: [Second] = []
        for outcome in outcomes {
            let index = Int(outcome.visit.at.components.seconds)
            while seconds.count <= index { seconds.append(Second()) }
            if outcome.isGood {
                seconds[index].good += 1
                seconds[index].slowest = max(seconds[index].slowest, outcome.latency.inSeconds)
            } else {
                seconds[index].failed += 1
            }
        }
        return seconds
    }
}

extension Duration {
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
