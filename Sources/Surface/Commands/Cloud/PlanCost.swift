import Costs
import Plans
import Resources
import Stacks

/// What a plan does to the bill, as far as prices are known: a plan without prices is still a plan.
struct PlanCost: Sendable, Equatable {
    private(set) var difference: CostDifference?
    /// Why there is no total, or nothing to compare it with.
    private(set) var unknown: Report?
    private let budget: Dollars?

    init(_ stack: Stack, _ graph: ResourceGraph, _ world: World) {
        budget = stack.budget
        do throws(Report) {
            let prices = try StackPrices.snapshot(for: stack.region)
            let desired = try Estimator.estimate(graph, of: stack, prices: prices)
            do throws(Report) {
                let observed = try Estimator.estimate(world, of: stack, prices: prices)
                difference = CostDifference(desired: desired, observed: observed, budget: stack.budget)
            } catch {
                difference = CostDifference(desired: desired, observed: nil, budget: stack.budget)
                unknown = error
            }
        } catch {
            unknown = error
        }
    }

    /// The last lines of a plan; each ends with a newline.
    var text: String {
        let sum = difference.map { "cost: \($0.text)\n" } ?? ""
        guard let unknown else { return sum }
        return sum + (difference == nil ? "cost: " : "cost of what runs now: ") + unknown.what + "\n"
    }

    /// What `plan` fails with. A sum that nobody knows keeps to no budget.
    var budgetReport: Report? {
        guard let budget, difference == nil, let unknown else { return difference?.budget?.report }
        return Report(
            "whether the stack keeps to the budget of \(budget) cannot be told: \(unknown.what)",
            state: "nothing was changed",
            next: "take `budget:` out of the manifest to plan without it")
    }
}

extension CloudLook {
    func cost(of stack: Stack) -> PlanCost { PlanCost(stack, graph, world) }
}

/// `plan --json`: the plan's own members, and what it costs.
struct PlanDocument: Encodable {
    /// Dollars a month as decimal texts.
    struct Cost: Encodable {
        var low: Dollars?
        var expected: Dollars?
        var high: Dollars?
        /// Of the expected total to what runs now, at the same usage.
        var change: Dollars?
        var budget: Dollars?
        var isAboveBudget: Bool
        var unknown: Report?
    }

    private enum Member: String, CodingKey { case cost }

    var plan: ResourcePlanDocument
    var cost: Cost

    init(_ look: CloudLook, _ stack: Stack) {
        plan = ResourcePlanDocument(look.plan, notes: look.notes(stack))
        let found = look.cost(of: stack)
        let difference = found.difference
        cost = Cost(
            low: difference?.desired.low, expected: difference?.desired.expected, high: difference?.desired.high,
            change: difference.flatMap { each in each.observed.map { _ in each.expectedChange } }, budget: stack.budget,
            isAboveBudget: difference?.budget?.isExceeded ?? false, unknown: found.unknown)
    }

    func encode(to encoder: any Encoder) throws {
        try plan.encode(to: encoder)
        var container = encoder.container(keyedBy: Member.self)
        try container.encode(cost, forKey: .cost)
    }
}
