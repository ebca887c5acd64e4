import Costs
import Resources
import Stacks
import TestKit
import Testing

@Suite struct EstimateTests {
    @Test(arguments: Sample.allCases) func theTextIsAsReviewed(_ sample: Sample) throws {
        let stack = sample.stack
        let text = try CostText(estimate(stack), of: stack, prices: StackPrices.snapshot(for: stack.region)).text
        expectGolden(text, "cost-\(sample.rawValue)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test(arguments: Sample.allCases) func theLeversAreAsReviewed(_ sample: Sample) throws {
        let stack = sample.stack
        let levers = try Levers.all(of: stack, prices: StackPrices.snapshot(for: stack.region))
        expectGolden(LeverText.text(levers), "why-\(sample.rawValue)")
    }
}
