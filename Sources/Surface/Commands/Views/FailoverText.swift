import Drills

/// How a failover that was measured is told, on both targets.
enum FailoverText {
    /// - Parameter isWhole: false when the pause was longer than what was seen of it.
    static func lines(_ writer: String, _ figures: LoadFigures, isWhole: Bool = true) -> [String] {
        let pause = (isWhole ? "" : "at least ") + Seconds.text(figures.longestGap)
        return [
            "\(writer) is the writer; nobody could write for \(pause)",
            "\(figures.sent) commits were tried meanwhile, \(figures.failed) failed",
        ]
    }

    /// - Parameter took: until the cluster was whole again.
    static func lines(_ writer: String, took: Duration, _ pause: WritePause) -> [String] {
        let seconds = Seconds.text(took.inSeconds)
        switch pause {
        case .measured(let figures, let extent, let astray):
            let doubts = astray.sorted { $0.key < $1.key }.map { reason, count in
                "\(count) of the failed ones did not get as far as the database (\(reason)): "
                    + "the pause may have been shorter"
            }
            var end: [String] = []
            if case .untilAfter(let reason) = extent { end = ["the last one failed, too: \(reason)"] }
            return lines(writer, figures, isWhole: extent == .whole) + doubts + end
                + ["RDS took \(seconds) until all servers were available"]
        case .unknown(let reason):
            return [
                "\(writer) is the writer; RDS took \(seconds) until all servers were available",
                "for how long nobody could write was not measured: \(reason)",
            ]
        }
    }
}
