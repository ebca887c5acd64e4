/// A drill as it appears on a terminal.
package struct DrillText {
    package var result: DrillResult
    /// The same drill on the same stack, the last time.
    package var previous: DrillResult?

    package init(_ result: DrillResult, previous: DrillResult?) {
        self.result = result
        self.previous = previous
    }

    package var lines: [String] {
        let seen = result.observation
        var lines = ["", "what happened, in seconds from the fault"]
        lines += result.steps.map { "  \(DrillText.moment($0.at))  \($0.text)" }
        lines += ["", "what users noticed"] + DrillText.table(DrillText.rows(seen)).map { "  \($0)" }
        lines += reasons(seen).map { "  \($0)" }
        lines += ["", "what was expected"]
        lines += result.findings.map { "  \($0.holds ? "holds " : "BROKEN")  \($0.expected): \($0.measured)" }
        if let previous { lines += ["", DrillText.comparison(previous, result)] }
        return lines + ["", verdict]
    }

    package var text: String { lines.joined(separator: "\n") + "\n" }

    package var verdict: String {
        let broken = result.findings.count { !$0.holds }
        return result.holds
            ? "\(result.drill.rawValue): the hypothesis holds"
            : "\(result.drill.rawValue): the hypothesis does not hold; \(broken) of \(result.findings.count) broken"
    }

    /// `  -3.00`, `  +0.24`
    private static func moment(_ seconds: Double) -> String {
        let hundredths = Int((abs(seconds) * 100).rounded())
        let rest = hundredths % 100
        let text = "\(seconds < 0 && hundredths > 0 ? "-" : "+")\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }

    private static func rows(_ seen: Observation) -> [[String]] {
        var rows = [["", "SENT", "FAILED", "UNDER WAY", "P50", "P99", "SLOWEST", "PAUSE", "LOST"]]
        rows.append(row("reads", seen.reads, lost: "-"))
        if let writes = seen.writes { rows.append(row("writes", writes, lost: "-")) }
        if let commits = seen.commits { rows.append(row("commits", commits.figures, lost: "\(commits.lost)")) }
        return rows
    }

    private static func row(_ name: String, _ figures: LoadFigures, lost: String) -> [String] {
        [
            name, "\(figures.sent)", "\(figures.failed)", "\(figures.failedInFlight)", Seconds.text(figures.p50),
            Seconds.text(figures.p99), Seconds.text(figures.slowest), Seconds.text(figures.longestGap), lost,
        ]
    }

    /// The first column to the left, the others to the right.
    static func table(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + gap : gap + row[column]
            }.joined(separator: "  ")
        }
    }

    private func reasons(_ seen: Observation) -> [String] {
        let all = [("reads", seen.reads), ("writes", seen.writes), ("commits", seen.commits?.figures)]
        return all.flatMap { name, figures -> [String] in
            (figures?.reasons ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map {
                "\(name) failed \($0.value == 1 ? "once" : "\($0.value) times"): \($0.key)"
            }
        }
    }

    /// `last time (2026-11-29T06:12:00Z): held, 0 failed, commits paused 0.3 s (now 0.28 s), …`
    static func comparison(_ before: DrillResult, _ now: DrillResult) -> String {
        func pair(_ what: String, _ pick: (Observation) -> String?) -> String? {
            guard let old = pick(before.observation), let new = pick(now.observation) else { return nil }
            return "\(what) \(old) (now \(new))"
        }
        let parts = [
            pair("failed") { "\($0.reads.failed + ($0.writes?.failed ?? 0))" },
            pair("longest pause of commits") { $0.commits.map { Seconds.text($0.figures.longestGap) } },
            pair("lost") { $0.commits.map { "\($0.lost)" } },
            pair("restored after") { $0.restored.map { Seconds.text($0.seconds) } },
            pair("whole after") { $0.recovery.map(Seconds.text) },
        ].compactMap { $0 }
        let verdict = before.holds ? "held" : "did not hold"
        return "last time (\(before.startedAt)): it \(verdict); \(parts.joined(separator: ", "))"
    }
}
