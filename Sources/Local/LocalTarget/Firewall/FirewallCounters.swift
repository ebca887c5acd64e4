import Synchronization

/// What one event loop's firewall did; written by that loop alone.
package final class FirewallCounters: Sendable {
    /// What became of a request.
    package enum Outcome: Int, CaseIterable, Sendable {
        /// Passed because its client is in `allow`.
        case allowed
        /// Passed because the same request had been found harmless.
        case remembered
        /// Passed after an evaluation.
        case inspected
        /// `mode: count`: passed although rules matched.
        case counted
        case denied, limited, tooLarge, blocked, busy

        /// The label of the metric.
        package var word: String {
            switch self {
            case .tooLarge: "too-large"
            default: "\(self)"
            }
        }
    }

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    private let counters = Outcome.allCases.map { _ in Counter() }

    package init() {}

    package func record(_ outcome: Outcome) { counters[outcome.rawValue].value.wrappingAdd(1, ordering: .relaxed) }

    /// The sum of what several loops counted.
    package static func total(_ all: [FirewallCounters]) -> [Outcome: Int] {
        var totals: [Outcome: Int] = [:]
        for outcome in Outcome.allCases {
            totals[outcome] = all.reduce(0) { $0 + $1.counters[outcome.rawValue].value.load(ordering: .relaxed) }
        }
        return totals
    }
}
