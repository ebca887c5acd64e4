import Costs
import Resources
import Stacks
import Synchronization
import Testing

/// AWS's list as far as a test tells it, by usage type.
private final class FakeList: PriceSource {
    private let prices: [String: [ListedProduct]]
    private let asked = Mutex<[PriceQuery]>([])

    init(_ products: [(service: String, product: ListedProduct)]) {
        prices = Dictionary(grouping: products, by: \.service).mapValues { $0.map(\.product) }
    }

    var queries: [PriceQuery] { asked.withLock { $0 } }

    func products(_ query: PriceQuery) async throws -> [ListedProduct] {
        asked.withLock { $0.append(query) }
        return prices[query.service] ?? []
    }
}

@Suite struct RefreshTests {
    private static func product(
        _ usageType: String, _ each: String, operation: String = "", from: String = "0"
    ) -> ListedProduct {
        ListedProduct(
            family: "f", usageType: usageType, operation: operation, published: "2026-11-20",
            steps: [ListedProduct.Step(from: from, each: each)])
    }

    private func refresh(
        _ products: [(service: String, product: ListedProduct)], _ sample: Sample = .domain
    ) async throws -> (refresh: PriceRefresh, source: FakeList) {
        let stack = sample.stack
        let source = FakeList(products)
        let prices = try StackPrices.snapshot(for: stack.region)
        return (try await PriceRefresh(estimate(stack), prices, from: source), source)
    }

    @Test func aPriceOfTheListReplacesTheSnapshots() async throws {
        let (refresh, _) = try await refresh([
            ("AmazonEC2", Self.product("EUC1-NatGateway-Hours", "0.0530000000", operation: "NatGateway")),
            ("AmazonEC2", Self.product("EUC1-RegionalNatGateway-Hours", "0.0990000000", operation: "NatGateway")),
            ("AmazonEC2", Self.product("EUC1-NatGateway-Bytes", "0.0520000000", operation: "NatGateway")),
        ])
        #expect(refresh.count == 2)
        #expect(refresh.changes.map(\.item) == [.natHour])
        #expect(refresh.changes.map(\.old.exact) == ["$0.052"] && refresh.changes.map(\.new.exact) == ["$0.053"])
        #expect(refresh.prices.region[.natHour]?.source == .list("2026-11-20"))
        #expect(refresh.text.contains("an hour of a NAT gateway: $0.052 in the snapshot, $0.053 now"))
        let stack = Sample.domain.stack
        let before = try estimate(stack).total.low
        let after = try Estimator.estimate(StackResources.graph(of: stack), of: stack, prices: refresh.prices).total.low
        // Two gateways for 730 hours, a tenth of a cent more each hour.
        #expect(after - before == .cents(146))
    }

    @Test func aLaterStepThatDiffersIsTold() async throws {
        var product = Self.product("EUC1-TimedStorage-ByteHrs", "0.0245000000")
        product.steps += [
            ListedProduct.Step(from: "51200", each: "0.0230000000"),
            ListedProduct.Step(from: "512000", each: "0.0225000000"),
        ]
        let (refresh, _) = try await refresh([("AmazonS3", product)])
        #expect(refresh.text.contains("a GB month in a bucket from 51,200 on: $0.0235 in the snapshot, $0.023 now\n"))
        product.steps[1].each = "0.0235"
        let (same, _) = try await self.refresh([("AmazonS3", product)])
        #expect(same.count == 1 && same.changes.isEmpty)
    }

    /// What is not as expected is said, and the snapshot's price stands.
    @Test(
        arguments: [
            ([("EUC1-OtherGateway-Hours", "0.052")], "no single product"),
            ([("EUC1-NatGateway-Hours", "0.052"), ("EUC2-NatGateway-Hours", "0.053")], "no single product"),
            ([("EUC1-NatGateway-Hours", "about five cents")], "cannot be read"),
            ([("EUC1-NatGateway-Hours", "0.05200000001")], "cannot be read"),
            ([("EUC1-NatGateway-Hours", "37.96")], "too far from $0.052"),
            ([("EUC1-NatGateway-Hours", "0.0000000000")], "too far from $0.052"),
            ([], "no single product"),
        ] as [([(String, String)], String)])
    func whatDoesNotFitIsNotTaken(_ products: [(String, String)], _ reason: String) async throws {
        let (refresh, _) = try await refresh(
            products.map { ("AmazonEC2", Self.product($0.0, $0.1, operation: "NatGateway")) })
        let row = try #require(refresh.unfound.first { $0.item == .natHour })
        #expect(row.reason.contains(reason))
        #expect(refresh.prices.region[.natHour]?.each == Dollars(billionths: 52_000_000))
        #expect(refresh.count == 0)
    }

    @Test func spotFollowsThePriceOnDemand() async throws {
        let (refresh, _) = try await refresh(
            [
                ("AmazonECS", Self.product("USW2-Fargate-vCPU-Hours:perCPU", "0.05")),
                ("AmazonECS", Self.product("USW2-SpotUsage-Fargate-vCPU-Hours:perCPU", "0.01")),
            ], .workers)
        #expect(refresh.prices.region[.taskCPUHour(.x86)]?.each == .cents(5))
        #expect(refresh.prices.region[.spotCPUHour(.x86)]?.each == Dollars(billionths: 15_000_000))
        #expect(!refresh.unfound.contains { $0.item == .spotCPUHour(.x86) })
    }

    @Test func theFirewallIsAskedForInUSEast1() async throws {
        let (refresh, source) = try await refresh([
            ("awswaf", Self.product("USE1-WebACLV2", "6.0000000000")), ("awswaf", Self.product("USE1-RuleV2", "1")),
        ])
        #expect(source.queries.filter { $0.service == "awswaf" }.allSatisfy { $0.filters["regionCode"] == "us-east-1" })
        #expect(refresh.prices.edge[.webACL]?.each == .cents(600))
        #expect(refresh.prices.region[.webACL]?.each == .cents(500))
    }

    @Test func browsersAreWhereTheStackIs() async throws {
        let (_, source) = try await refresh([])
        let asked = Set(
            source.queries.filter { $0.service == "AmazonCloudFront" }.compactMap { $0.filters["usagetype"] })
        let near: Set = ["EU-DataTransfer-Out-Bytes", "EU-Requests-Tier2-HTTPS", "EU-DataTransfer-Out-OBytes"]
        #expect(asked == near.union(["Executions-CloudFrontFunctions"]), "a function's runs cost the same everywhere")
    }

    /// The list begins with what every account has for nothing; the estimate takes that off by itself, once.
    @Test func whatIsFreeForEverybodyIsNoPrice() async throws {
        let steps = [
            ListedProduct.Step(from: "0", each: "0.0000000000"), .init(from: "2000000", each: "0.0000002000"),
        ]
        let (refresh, _) = try await refresh([
            (
                "AmazonCloudFront",
                ListedProduct(
                    family: "Request", usageType: "Executions-CloudFrontFunctions", operation: "",
                    published: "2026-11-20", steps: steps)
            )
        ])
        #expect(refresh.changes.map(\.item) == [.edgeFunction] && refresh.changes.map(\.new.exact) == ["$0.0000002"])
        let stack = Sample.domain.stack
        let line = try #require(
            Estimator.estimate(StackResources.graph(of: stack), of: stack, prices: refresh.prices).lines
                .first { $0.item == .edgeFunction })
        // 198 of 200 million.
        #expect(line.cost.expected == Dollars("39.6"))
    }

    @Test func oneQuestionServesSeveralPrices() async throws {
        let (_, source) = try await refresh([])
        #expect(Set(source.queries).count == source.queries.count)
        #expect(source.queries.count { $0.service == "AmazonEC2" } == 1)
    }
}
