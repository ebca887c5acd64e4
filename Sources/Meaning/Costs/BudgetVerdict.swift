package import Stacks

/// Whether a stack keeps to its budget. What counts is the expected column.
package struct BudgetVerdict: Sendable, Equatable {
    package var expected: Dollars
    package var high: Dollars
    package var budget: Dollars

    package init(_ total: Spread<Dollars>, budget: Dollars) {
        (expected, high, self.budget) = (total.expected, total.high, budget)
    }

    package var isExceeded: Bool { expected > budget }

    package var text: String {
        if isExceeded { return "\(expected) is \(expected - budget) above the budget of \(budget)" }
        let rest = "\(expected) leaves \(budget - expected) of \(budget)"
        return high > budget ? "\(rest); with the most tasks and capacity it is \(high - budget) above" : rest
    }

    /// What a verb fails with when the budget is exceeded.
    package var report: Report? {
        guard isExceeded else { return nil }
        return Report(
            text, expected: "at most \(budget) a month, as `budget:` says", state: "nothing was changed",
            next: "`terrace cost --why` shows what would save most; or raise the budget")
    }
}
