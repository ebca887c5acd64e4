import Costs
import Foundation
import Resources
import Stacks
import TestKit
import Testing

@Suite struct DifferenceTests {
    @Test func thePlansLastLinesSayTotalAndDifference() throws {
        let now = Sample.standard.stack
        var wanted = now
        wanted.database?.readers = 2
        wanted.budget = .cents(36_000)
        let text =
            try [
                CostDifference(desired: estimate(now), observed: nil, budget: nil),
                CostDifference(desired: estimate(now), observed: estimate(now), budget: nil),
                CostDifference(desired: estimate(wanted), observed: estimate(now), budget: wanted.budget),
                CostDifference(desired: estimate(now), observed: estimate(wanted), budget: .cents(40_000)),
                CostDifference(desired: estimate(now), observed: estimate(now), budget: .cents(50_000)),
            ].map(\.text).joined(separator: "\n\n") + "\n"
        expectGolden(text, "difference")
    }

    @Test func onlyTheExpectedColumnBreaksABudget() throws {
        let total = try estimate(Sample.standard.stack).total
        let exact = BudgetVerdict(total, budget: total.expected)
        #expect(!exact.isExceeded && exact.report == nil)
        let short = BudgetVerdict(total, budget: total.expected - .cents(1))
        #expect(short.isExceeded)
        #expect(short.report?.what.contains("is $0.01 above the budget") == true)
    }

    @Test func theJSONIsAsReviewed() throws {
        let stack = Sample.workers.stack
        let levers = try Levers.all(of: stack, prices: StackPrices.snapshot(for: stack.region))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(CostDocument(estimate(stack), of: stack, levers: levers))
        expectGolden(String(decoding: data, as: UTF8.self) + "\n", "json-workers")
    }
}
