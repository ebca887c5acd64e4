import Costs
import Resources
import Stacks
import Testing

@Suite struct SnapshotTests {
    private static let lists = PriceSnapshot.regions.compactMap(PriceSnapshot.list)

    @Test func everyRegionHasEveryPrice() throws {
        #expect(Self.lists.count == 6)
        let first = try #require(Self.lists.first)
        for list in Self.lists { #expect(Set(list.prices.keys) == Set(first.prices.keys), "\(list.region)") }
    }

    @Test func pricesHaveAKeyAndAnAmount() {
        for list in Self.lists {
            for (item, price) in list.prices {
                #expect(price.steps.allSatisfy { $0.each > .zero }, "\(list.region) \(item)")
                #expect(price.steps.map(\.from) == price.steps.map(\.from).sorted(), "\(list.region) \(item)")
                #expect(
                    !price.key.service.isEmpty && !price.key.family.isEmpty && !price.key.usageType.isEmpty, "\(item)")
            }
        }
    }

    /// A slip of a digit would be ten times as much; no region differs from another by that.
    @Test func noRegionIsFarFromTheOthers() throws {
        let first = try #require(Self.lists.first)
        for list in Self.lists {
            for (item, price) in list.prices {
                let base = try #require(first[item]).each.billionths
                // Uploads from Sydney are four times those from Virginia.
                #expect(
                    (base * 3 / 4...base * 4).contains(price.each.billionths),
                    "\(list.region) \(item) \(price.each.exact)")
            }
        }
    }

    @Test func armIsCheaperThanX86AndSpotCheaperThanBoth() {
        for list in Self.lists {
            let each = { (item: PriceItem) in list[item]?.each ?? .zero }
            #expect(each(.taskCPUHour(.arm)) < each(.taskCPUHour(.x86)))
            #expect(each(.taskMemoryHour(.arm)) < each(.taskMemoryHour(.x86)))
            for kind in [TaskDefinitionSettings.Architecture.x86, .arm] {
                #expect(each(.spotCPUHour(kind)).billionths * 10 == each(.taskCPUHour(kind)).billionths * 3)
                #expect(each(.spotMemoryHour(kind)).billionths * 10 == each(.taskMemoryHour(kind)).billionths * 3)
            }
        }
    }

    @Test func aRegionWithoutPricesIsAReport() {
        #expect(throws: Report.self) { try StackPrices.snapshot(for: "sa-east-1") }
        do throws(Report) {
            _ = try StackPrices.snapshot(for: "sa-east-1")
        } catch {
            #expect(error.what == "no prices are known for the region sa-east-1")
            #expect(error.details.contains { $0.text.contains("eu-central-1") })
        }
    }

    @Test func anInstanceClassWithoutAPriceIsAReport() throws {
        var stack = Sample.standard.stack
        stack.database?.capacity = .instance("db.x2g.large")
        do throws(Report) {
            _ = try estimateTyped(stack)
            Issue.record("an unknown class was estimated")
        } catch {
            #expect(
                error.what.hasPrefix(
                    "2 prices are not known in us-east-1: data.database-instance.db-1: the instance class"))
            #expect(error.details.contains { $0.text.contains("db.t4g.medium") })
        }
    }

    private func estimateTyped(_ stack: Stack) throws(Report) -> Estimate {
        try Estimator.estimate(
            StackResources.graph(of: stack), of: stack, prices: StackPrices.snapshot(for: stack.region))
    }
}
