/// When a drill on a stack that others use ends before its time.
package struct StopCondition: Sendable, Equatable {
    /// Per cent of the requests of late that may fail.
    package var share: Int
    /// How far back "of late" reaches.
    package var window: Duration
    /// Alarms that the drill is meant to set off; by the last part of their words.
    package var expected: [String]

    /// For so long nobody may fail to see whether an alarm goes off.
    static let longestBlindness = Duration.seconds(30)
    /// Below so many requests a share says nothing.
    static let fewest = 20

    package init(share: Int, window: Duration, expected: [String]) {
        self.share = share
        self.window = window
        self.expected = expected
    }

    /// A failover makes requests fail for as long as it takes; the loss of a task does not.
    package static func of(_ drill: DrillName) -> StopCondition {
        switch drill {
        case .writer, .reader:
            StopCondition(
                share: 90, window: .seconds(90),
                expected: ["errors", "unanswered", "unhealthy", "slow", "database-lag", "database-connections"])
        default: StopCondition(share: 30, window: .seconds(30), expected: ["unhealthy"])
        }
    }

    /// - Parameter alarm: its word: `web-unhealthy`, `errors`.
    package func expects(_ alarm: String) -> Bool {
        expected.contains { alarm == $0 || alarm.hasSuffix("-\($0)") }
    }

    /// Why it ends now; nil while it may go on.
    ///
    /// - Parameters:
    ///   - alarms: words of those that are in alarm.
    ///   - visits: those that were answered, or given up, within the window.
    ///   - blind: how long the stack has not been seen.
    package func reason(alarms: [String], visits: [VisitOutcome], blind: Duration = .zero) -> String? {
        let unexpected = alarms.filter { !expects($0) }.sorted()
        if !unexpected.isEmpty {
            return unexpected.count == 1
                ? "the alarm \(unexpected[0]) went off" : "the alarms \(unexpected.joined(separator: ", ")) went off"
        }
        if blind > Self.longestBlindness {
            return "for \(Seconds.text(blind.inSeconds)) nobody has told how the stack is, so no alarm would be seen"
        }
        let failed = visits.count { !$0.isGood }
        guard visits.count >= Self.fewest, failed * 100 > visits.count * share else { return nil }
        return "\(failed) of the last \(visits.count) requests failed, more than \(share) per cent"
    }
}
