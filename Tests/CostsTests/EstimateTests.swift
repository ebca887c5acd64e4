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

    /// Ten terabytes at the first price, twenty at the second, twenty at the third, ten at the last.
    @Test(arguments: [
        ("us-east-1", Dollars("7680"), "$0.05"),  // 10240 * 0.25 + 20480 * (0.15 + 0.075) + 10240 * 0.05
        ("ap-northeast-1", Dollars("11673.6"), "$0.076"),  // 10240 * 0.38 + 20480 * (0.228 + 0.114) + 10240 * 0.076
    ])
    func deliveredLogsCostLessTheMoreTheyAre(region: String, cost: Dollars?, last: String) throws {
        var stack = Sample.standard.stack
        stack.region = region
        stack.usage.flowLogs = .gibibytes(61_440)
        let line = try #require(try estimate(stack).lines.first { $0.item == .bucketLogGigabyte })
        #expect(line.cost.expected == cost)
        let text = try CostText(estimate(stack), of: stack, prices: StackPrices.snapshot(for: region)).text
        #expect(
            text.contains("the price falls with the amount: ~\(last) from 51,200 GB on, in proportion to Ohio's\n"))
    }

    /// 100 TB a month, kept for 90 days of 30.4, are 303,157.894737 GB: 51,200 at 0.0245 and the rest at 0.0235.
    @Test func keptLogsCostLessTheMoreTheyAre() throws {
        var stack = Sample.standard.stack
        stack.region = "eu-central-1"
        stack.usage.requests = 0
        stack.usage.flowLogs = .gibibytes(102_400)
        let line = try #require(try estimate(stack).lines.first { $0.item == .bucketGigabyte })
        #expect(line.cost.expected == Dollars("7175.41"))
        let text = try CostText(estimate(stack), of: stack, prices: StackPrices.snapshot(for: stack.region)).text
        #expect(text.contains("the price falls with the amount: $0.0235 from 51,200 GB months on\n"))
    }

    @Test func theFirewallsLinesCostLessTheMoreTheyAre() throws {
        var stack = Sample.standard.stack
        stack.usage.requests = 1_000_000_000_000
        let line = try #require(try estimate(stack).lines.first { $0.item == .vendedLogGigabyte })
        // 10^10 lines of 2 KiB are 19,073.486328 GB: 10240 * 0.5 + 8833.486328 * 0.25
        #expect(line.cost.expected == Dollars("7328.37"))
    }
}
