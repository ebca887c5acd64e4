/// One alarm, whatever the target: CloudWatch gets it as it is, and this machine evaluates it by CloudWatch's rules.
package struct AlarmDefinition: Sendable, Hashable {
    package enum Comparison: Sendable, Hashable { case above, atLeast, below, atMost }

    /// What a period without data means. Source: "Configuring how CloudWatch alarms treat missing data", read 2026-11.
    package enum Missing: String, Sendable, Hashable, CaseIterable { case missing, notBreaching, breaching, ignore }

    package struct Figure: Sendable, Hashable {
        /// Begins with a small letter: `errors`.
        package var id: String
        package var metric: AlarmMetric
        package var statistic: AlarmStatistic

        package init(_ metric: AlarmMetric, _ statistic: AlarmStatistic, id: String = "m1") {
            self.id = id
            self.metric = metric
            self.statistic = statistic
        }
    }

    /// Part of its name and of its address; unique in a stack: `slow`, `web-cpu`.
    package var word: String
    /// What has happened when it is in alarm.
    package var summary: String { sentence.replacing("{threshold}", with: Self.text(threshold)) }
    /// With `{threshold}` where the number stands, which the manifest may change.
    private var sentence: String
    package var figures: [Figure]
    /// Over the figures; nil where there is only one, which then counts as it is.
    package var expression: AlarmExpression?
    package var comparison: Comparison
    package var threshold: Double
    /// How many of the last `periods` periods must be beyond the threshold.
    package var breaches: Int
    package var periods: Int
    /// Seconds of one period; a multiple of 60.
    package var period: Int
    package var missing: Missing

    package init(
        _ word: String, _ sentence: String, _ figures: [Figure], expression: AlarmExpression? = nil,
        _ comparison: Comparison, _ threshold: Double, breaches: Int, of periods: Int, each period: Int = 60,
        missing: Missing = .notBreaching
    ) {
        self.word = word
        self.sentence = sentence
        self.figures = figures
        self.expression = expression
        self.comparison = comparison
        self.threshold = threshold
        self.breaches = breaches
        self.periods = periods
        self.period = period
        self.missing = missing
    }

    /// Whether a figure is beyond the threshold.
    package func isBreached(by value: Double) -> Bool {
        switch comparison {
        case .above: value > threshold
        case .atLeast: value >= threshold
        case .below: value < threshold
        case .atMost: value <= threshold
        }
    }

    /// What it compares, of the figures of one period; nil without data.
    package func value(of figures: [String: Double], connectionLimit: Int? = nil) -> Double? {
        guard let expression else { return self.figures.first.flatMap { figures[$0.id] } }
        return expression.value(of: figures, connectionLimit: connectionLimit)
    }

    func changed(by change: AlarmChange?) -> AlarmDefinition? {
        guard let change else { return self }
        guard case .set(let threshold, let breaches, let periods) = change else { return nil }
        var changed = self
        changed.threshold = threshold ?? self.threshold
        changed.periods = periods ?? max(self.periods, breaches ?? 0)
        changed.breaches = breaches ?? min(self.breaches, changed.periods)
        return changed
    }

    /// At most three digits behind the point.
    package static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let thousandths = Int((value * 1000).rounded())
        let (whole, rest) = (abs(thousandths) / 1000, abs(thousandths) % 1000)
        guard rest > 0 else { return "\(thousandths < 0 ? "-" : "")\(whole)" }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(thousandths < 0 ? "-" : "")\(whole).\(digits)"
    }
}
