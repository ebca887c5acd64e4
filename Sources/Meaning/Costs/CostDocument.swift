import Resources
package import Stacks

/// An estimate for programs: `terrace cost --json`. Amounts are decimal texts in dollars, so that nothing is lost. Names and meanings
/// stay from version to version; new members may come.
package struct CostDocument: Sendable, Encodable {
    package struct Amounts: Sendable, Encodable {
        package var low: String
        package var expected: String
        package var high: String

        init(_ spread: Spread<Dollars>) {
            (low, expected, high) = (spread.low.plain, spread.expected.plain, spread.high.plain)
        }

        init(_ spread: Spread<Quantity>) {
            (low, expected, high) = (spread.low.plain, spread.expected.plain, spread.high.plain)
        }
    }

    /// From so many units of a month on, each costs so much.
    package struct Step: Sendable, Encodable {
        package var from: String
        package var price: String
    }

    package struct Line: Sendable, Encodable {
        package var address: String
        package var group: String
        package var what: String
        package var unit: String
        /// For one unit, the first step of the price.
        package var price: String
        /// All steps of a price that falls with the amount; missing where it does not.
        package var steps: [Step]?
        package var service: String
        package var usageType: String
        package var operation: String
        /// `published 2026-11, found in …`, `derived: …`, `list 2026-11-20`
        package var source: String
        package var quantity: Amounts
        package var free: Amounts
        package var cost: Amounts
        package var dependsOnUsage: Bool
        package var note: String?
    }

    package struct Budget: Sendable, Encodable {
        package var amount: String
        package var isExceeded: Bool
    }

    /// Raised when a member changes its meaning or goes.
    package var format = 1
    package var stack: String
    package var region: String
    package var currency = "USD"
    package var hours = Assumptions.hours
    package var total: Amounts
    package var groups: [String: Amounts]
    package var lines: [Line]
    package var freeResources: Int
    package var budget: Budget?
    /// With `--why`.
    package var levers: [Lever]?

    package init(_ estimate: Estimate, of stack: Stack, levers: [Lever]? = nil) {
        self.stack = stack.fullName
        region = stack.region
        total = Amounts(estimate.total)
        groups = Dictionary(
            ResourceGroup.allCases.map { ($0.rawValue, Amounts(estimate.total(of: $0))) }
        ) { first, _ in first }
        lines = estimate.lines.map(Line.init)
        freeResources = estimate.freeResources
        budget = stack.budget.map {
            Budget(amount: $0.plain, isExceeded: BudgetVerdict(estimate.total, budget: $0).isExceeded)
        }
        self.levers = levers
    }
}

extension CostDocument.Line {
    init(_ line: CostLine) {
        self.init(
            address: line.address.text, group: line.group.rawValue, what: line.what, unit: line.price.unit.rawValue,
            price: line.price.each.plain, steps: line.price.documentSteps, service: line.price.key.service,
            usageType: line.price.key.usageType, operation: line.price.key.operation, source: line.price.words,
            quantity: CostDocument.Amounts(line.quantity), free: CostDocument.Amounts(line.free),
            cost: CostDocument.Amounts(line.cost), dependsOnUsage: line.dependsOnUsage, note: line.note)
    }
}

extension Price {
    fileprivate var documentSteps: [CostDocument.Step]? {
        steps.count < 2 ? nil : steps.map { CostDocument.Step(from: $0.from.plain, price: $0.each.plain) }
    }

    fileprivate var words: String {
        let first =
            switch source {
            case .found(let month, let place): "published \(month), found in \(place)"
            case .derived(let how): "derived: \(how)"
            case .list(let day): "list \(day)"
            }
        return first + (laterSteps.map { "; later steps derived: \($0)" } ?? "")
    }
}

extension Quantity {
    fileprivate var plain: String {
        var fraction = String(millionths % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(millionths / 1_000_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
