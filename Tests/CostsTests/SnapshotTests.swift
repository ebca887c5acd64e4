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
                // The list has no family for addresses.
                let hasFamily = !price.key.family.isEmpty || item == .publicAddressHour
                #expect(!price.key.service.isEmpty && hasFamily && !price.key.usageType.isEmpty, "\(item)")
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

    /// What a lot of it costs, worked out step by step from AWS's pages.
    @Test(arguments: [
        // 51,200 at 0.023, 460,800 at 0.022 and 488,000 at 0.021.
        (PriceItem.bucketGigabyte, "us-east-1", 1_000_000, "21563.2"),
        (.bucketGigabyte, "us-west-2", 1_000_000, "21563.2"), (.bucketGigabyte, "eu-west-1", 1_000_000, "21563.2"),
        // Each step of a region further out is 0.0015 or 0.002 more.
        (.bucketGigabyte, "eu-central-1", 1_000_000, "23063.2"),
        (.bucketGigabyte, "ap-northeast-1", 1_000_000, "23563.2"),
        (.bucketGigabyte, "ap-southeast-2", 1_000_000, "23563.2"), (.bucketGigabyte, "us-east-1", 51_200, "1177.6"),
        // 1,048,576 at 0.01, 4,194,304 at 0.006 and 757,120 at 0.004.
        (.endpointGigabyte, "us-east-1", 6_000_000, "38680.064"),
        (.endpointGigabyte, "ap-southeast-2", 6_000_000, "38680.064"),
        // 10,000 at 0.30, 240,000 at 0.10, 750,000 at 0.05 and 250,000 at 0.02.
        (.metric, "us-east-1", 1_250_000, "69500"), (.metric, "eu-central-1", 12_000, "3200"),
    ])
    func pricesFallWithTheAmount(_ item: PriceItem, _ region: String, _ count: Int, _ cost: String) throws {
        let price = try #require(PriceSnapshot.list(for: region)?[item])
        #expect(price.cost(to: Quantity(count)) == Dollars(cost))
    }

    /// Each size is rounded by itself, so that a price is within half a hundredth of its share.
    @Test func pricesOfServersGrowWithTheirSize() throws {
        let sizes = [
            ("large", 1), ("xlarge", 2), ("2xlarge", 4), ("4xlarge", 8), ("8xlarge", 16), ("12xlarge", 24),
            ("16xlarge", 32),
        ]
        for list in Self.lists {
            for family in ["db.t4g", "db.t3", "db.r5", "db.r6g", "db.r6i", "db.r7g", "db.r8g"] {
                let large = try #require(list[.serverHour("\(family).large")]).each.billionths
                for (size, factor) in sizes {
                    guard let price = list[.serverHour("\(family).\(size)")] else { continue }
                    let distance = abs(price.each.billionths - large * factor)
                    #expect(distance * 200 <= large * factor, "\(list.region) \(family).\(size) \(price.each.exact)")
                }
            }
        }
        let virginia = try #require(Self.lists.first)
        #expect(virginia[.serverHour("db.r6g.xlarge")]?.each == Dollars("0.519"))
        #expect(virginia[.serverHour("db.r6g.xlarge")]?.key.usageType == "InstanceUsage:db.r6g.xl")
        #expect(virginia[.serverHour("db.r6g.8xlarge")]?.isDerived == true)
        #expect(virginia[.serverHour("db.r5.2xlarge")]?.isDerived == false)
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
                error.what
                    == "a price is not known in us-east-1: the instance class db.x2g.large, for data.database-instance.db-1 and 1 more"
            )
            #expect(error.details.contains { $0.text.contains("db.t4g.medium") })
        }
    }

    private func estimateTyped(_ stack: Stack) throws(Report) -> Estimate {
        try Estimator.estimate(
            StackResources.graph(of: stack), of: stack, prices: StackPrices.snapshot(for: stack.region))
    }
}
