package import Stacks

/// An alarm that has changed its state.
package struct AlarmTransition: Sendable, Equatable {
    package var definition: AlarmDefinition
    package var from: AlarmState
    package var to: AlarmState
    /// The figure of the period that did it; nil without data.
    package var value: Double?
    /// `above 1 in 3 of the last 5 minutes, 1.31 at last`
    package var reason: String

    package init(
        definition: AlarmDefinition, from: AlarmState, to: AlarmState, value: Double? = nil, reason: String
    ) {
        self.definition = definition
        self.from = from
        self.to = to
        self.value = value
        self.reason = reason
    }
}

/// One alarm and what it has seen lately. Told a figure for each period, it says when its state changes.
package struct AlarmWatch: Sendable, Equatable {
    package let definition: AlarmDefinition
    /// Since when it is in its state, on the caller's clock.
    package private(set) var since: Duration
    package private(set) var state = AlarmState.insufficientData
    /// Newest last; nil for a period without data.
    package private(set) var values: [Double?] = []

    package init(_ definition: AlarmDefinition, at now: Duration) {
        self.definition = definition
        since = now
    }

    package mutating func periodEnded(_ value: Double?, at now: Duration) -> AlarmTransition? {
        let evaluation = AlarmEvaluation(definition)
        values = (values + [value]).suffix(evaluation.range)
        let next = evaluation.state(after: values, now: state)
        guard next != state else { return nil }
        let transition = AlarmTransition(definition: definition, from: state, to: next, value: value, reason: reason)
        state = next
        since = now
        return transition
    }

    /// Nothing was counted for a while, because nobody was there to count.
    package mutating func slept(_ periods: Int) {
        let count = min(periods, AlarmEvaluation(definition).range)
        values = (values + Array(repeating: nil, count: count)).suffix(AlarmEvaluation(definition).range)
    }

    /// What the last periods were, for people: of the definition's length, the figures that breach it and the last one.
    package var reason: String {
        let recent = values.suffix(definition.periods)
        let breaches = recent.count { $0.map(definition.isBreached) ?? false }
        let unit = definition.period == 86_400 ? "day" : definition.period == 60 ? "minute" : "period"
        let last = values.last.flatMap { $0 }.map { ", \(AlarmDefinition.text($0)) at last" } ?? ", no data at last"
        let length = definition.periods == 1 ? "the last \(unit)" : "the last \(definition.periods) \(unit)s"
        let limit = "\(definition.comparison.word) \(AlarmDefinition.text(definition.threshold))"
        return "\(limit) in \(breaches) of \(length)\(last)"
    }
}

extension AlarmDefinition.Comparison {
    /// `above 5`
    package var word: String {
        switch self {
        case .above: "above"
        case .atLeast: "at least"
        case .below: "below"
        case .atMost: "at most"
        }
    }
}
