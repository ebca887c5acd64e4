package import Stacks

/// What a plan changes about the bill: the last lines of every plan.
package struct CostDifference: Sendable, Equatable {
    package var desired: Spread<Dollars>
    /// Of what exists now, at the same usage; nil when nothing was looked at.
    package var observed: Spread<Dollars>?
    package var budget: BudgetVerdict?

    package init(desired: Estimate, observed: Estimate?, budget: Dollars?) {
        self.desired = desired.total
        self.observed = observed?.total
        self.budget = budget.map { BudgetVerdict(desired.total, budget: $0) }
    }

    package var expectedChange: Dollars { desired.expected - (observed?.expected ?? .zero) }

    /// `$291.20 a month ($214.33 to $377.24), $12.50 more than now`; without a newline at its end.
    package var text: String {
        var line = "\(desired.expected) a month (\(desired.low) to \(desired.high))"
        if let observed {
            let change = desired.expected - observed.expected
            line +=
                change == .zero
                ? ", as much as now"
                : ", \(change > .zero ? change : .zero - change) \(change > .zero ? "more" : "less") than now"
        }
        return budget.map { "\(line)\nbudget: \($0.text)" } ?? line
    }
}
