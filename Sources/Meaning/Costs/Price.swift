package import Stacks

/// What one unit costs in a region, and how that is known.
package struct Price: Sendable, Hashable {
    /// From this many units in a month on, each costs so much.
    package struct Step: Sendable, Hashable {
        package var from: Quantity
        package var each: Dollars

        package init(from: Quantity, each: Dollars) { (self.from, self.each) = (from, each) }
    }

    package enum Source: Sendable, Hashable {
        /// As AWS publishes it: the month in which it was written down, and where it was found: "a copy of AWS's list of 2026-10".
        case found(String, String)
        /// Worked out from another price; the text completes "derived: …".
        case derived(String)
        /// Read through the pricing API; the day on which AWS published its list.
        case list(String)
    }

    package var key: PriceKey
    package var unit: PriceUnit
    /// In rising order; the first is from zero. At least one.
    package var steps: [Step]
    package var source: Source
    /// How the steps behind the first are worked out where the source has only that one: "in proportion to …".
    package var laterSteps: String?

    package init(key: PriceKey, unit: PriceUnit, steps: [Step], source: Source, laterSteps: String? = nil) {
        precondition(steps.first?.from == .zero, "a price begins with the first unit")
        (self.key, self.unit, self.steps, self.source) = (key, unit, steps, source)
        self.laterSteps = laterSteps
    }

    /// The first step's, which is what small stacks pay.
    package var each: Dollars { steps[0].each }

    /// For what is between `start` and `end` of a month's units, to the nearest billionth of a dollar in each step.
    package func cost(from start: Quantity = .zero, to end: Quantity) -> Dollars {
        var sum = Dollars.zero
        for (index, step) in steps.enumerated() {
            let begin = max(step.from, start)
            let stop = index + 1 < steps.count ? min(steps[index + 1].from, end) : end
            guard stop > begin else { continue }
            sum += step.each.times(stop - begin)
        }
        return sum
    }

    /// What the next unit costs when there were so many.
    package func each(behind count: Quantity) -> Dollars { steps.last { $0.from <= count }?.each ?? each }

    /// Behind how many units the two prices differ for the first time; nil where they never do.
    package func firstDifference(from other: Price) -> Quantity? {
        (steps + other.steps).map(\.from).sorted().first { each(behind: $0) != other.each(behind: $0) }
    }

    package var isDerived: Bool { if case .derived = source { true } else { false } }
}

extension Dollars {
    /// To the nearest billionth.
    package func times(_ quantity: Quantity) -> Dollars {
        Dollars(billionths: Quantity.scaled(billionths, by: quantity.millionths, over: 1_000_000))
    }
}

/// What AWS gives every account each month for nothing, for ever. What ends after a year is not counted.
/// Source: the pricing pages of the services, 2026-11.
package enum Allowance {
    package static let monthly: [PriceItem: Quantity] = [
        .edgeGigabyte: Quantity(1024), .edgeRequest: Quantity(10_000_000), .edgeFunction: Quantity(2_000_000),
        .logGigabyte: Quantity(5),
        .stateTransition: Quantity(4000), .alarmFigure: Quantity(10), .metric: Quantity(10), .dashboard: Quantity(3),
    ]
}
