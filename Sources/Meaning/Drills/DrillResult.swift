/// One drill from its hypothesis to its verdict; what `--json` prints and the history keeps.
package struct DrillResult: Sendable, Codable, Equatable {
    /// Something that happened in the course of a drill.
    package struct Step: Sendable, Codable, Equatable {
        /// Seconds from the fault; negative before it.
        package var at: Double
        package var text: String

        package init(at: Double, text: String) {
            self.at = at
            self.text = text
        }
    }

    package var drill: DrillName
    package var stack: String
    package var target: String
    /// ISO 8601, UTC.
    package var startedAt: String
    package var seed: UInt64
    /// Seconds that the load ran.
    package var length: Double
    /// Seconds from the load's start to the fault.
    package var faultAt: Double
    package var hypothesis: String
    package var steps: [Step]
    package var observation: Observation
    package var findings: [Finding]

    package init(
        drill: DrillName, stack: String, target: String, startedAt: String, seed: UInt64, length: Double,
        faultAt: Double, hypothesis: Hypothesis, steps: [Step], observation: Observation
    ) {
        self.drill = drill
        self.stack = stack
        self.target = target
        self.startedAt = startedAt
        self.seed = seed
        self.length = length
        self.faultAt = faultAt
        self.hypothesis = hypothesis.text
        self.steps = steps
        self.observation = observation
        findings = hypothesis.findings(observation)
    }

    /// Whether the hypothesis held.
    package var holds: Bool { findings.allSatisfy(\.holds) && !findings.isEmpty }
}

/// Lengths of time as people read them: two digits that count.
package enum Seconds {
    /// `0.8 ms`, `12 ms`, `0.24 s`, `1.2 s`, `14 s`
    package static func text(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        if seconds < 0.00095 { return "\(decimal(seconds * 1000, 2)) ms" }
        if seconds < 0.00995 { return "\(decimal(seconds * 1000, 1)) ms" }
        if seconds < 0.0995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 0.995 { return "\(decimal(seconds, 2)) s" }
        return seconds < 9.95 ? "\(decimal(seconds, 1)) s" : "\(Int(min(seconds, 1e9).rounded())) s"
    }

    /// Without zeros at its end: `1`, `0.5`, `0.24`.
    static func decimal(_ value: Double, _ places: Int) -> String {
        let scale = places == 1 ? 10 : 100
        let units = Int((value * Double(scale)).rounded())
        var fraction = String(units % scale)
        fraction = String(repeating: "0", count: places - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(units / scale)" : "\(units / scale).\(fraction)"
    }
}
