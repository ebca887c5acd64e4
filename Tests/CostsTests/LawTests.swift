import Costs
import Resources
import Stacks
import TestKit
import Testing

/// What must hold for every stack and every usage.
@Suite struct LawTests {
    @Test func moreUsageNeverCostsLess() throws {
        var random = SeededGenerator(seed: 5)
        for round in 0..<25 {
            var stack = Self.stack(&random)
            let before = try estimate(stack).total
            stack.usage = Self.more(than: stack, &random)
            let after = try estimate(stack).total
            #expect(after.low >= before.low, "round \(round)")
            #expect(after.expected >= before.expected, "round \(round)")
            #expect(after.high >= before.high, "round \(round)")
        }
    }

    @Test func lowIsNeverAboveExpectedNorThatAboveHigh() throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            for line in try estimate(Self.stack(&random)).lines {
                #expect(line.cost.low >= .zero, "\(line)")
                #expect(line.cost.low <= line.cost.expected && line.cost.expected <= line.cost.high, "\(line)")
                #expect(line.free.expected <= line.quantity.expected, "\(line)")
            }
        }
    }

    @Test func tiersAndResourcesAddUpToTheTotal() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<25 {
            let estimate = try estimate(Self.stack(&random))
            let tiers = ResourceGroup.allCases.map { estimate.total(of: $0) }.reduce(.zero, +)
            let resources = Set(estimate.lines.map(\.address)).map { estimate.total(of: $0) }.reduce(.zero, +)
            #expect(tiers == estimate.total)
            #expect(resources == estimate.total)
            #expect(estimate.lines.allSatisfy { $0.cost.map(\.roundedToCents) == $0.cost })
        }
    }

    @Test func aFreeTierNeverCostsMore() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<20 {
            var stack = Self.stack(&random)
            stack.usage.freeTier = true
            let with = try estimate(stack).total
            stack.usage.freeTier = false
            let without = try estimate(stack).total
            #expect(with.low <= without.low && with.expected <= without.expected && with.high <= without.high)
        }
    }

    @Test func everyResourceIsEitherBilledOrCountedAsFree() throws {
        for sample in Sample.allCases {
            let estimate = try estimate(sample.stack)
            let billed = Set(estimate.lines.map(\.address)).count
            #expect(billed + estimate.freeResources == StackResources.graph(of: sample.stack).resources.count)
        }
    }

    /// What is observed as it was desired costs the same.
    @Test(arguments: Sample.allCases) func whatRunsAsPlannedCostsWhatWasPlanned(_ sample: Sample) throws {
        let stack = sample.stack
        let observed = StackResources.graph(of: stack).resources.map {
            ($0.address, Observed($0.address, $0.settings, facts: [:], place: $0.place))
        }
        let world = World(resources: Dictionary(uniqueKeysWithValues: observed))
        let prices = try StackPrices.snapshot(for: stack.region)
        #expect(try Estimator.estimate(world, of: stack, prices: prices) == estimate(stack))
    }

    @Test func whatACrashLeftBehindIsBilledToo() throws {
        var stack = Sample.standard.stack
        // Shared by the gateways, it would be rounded twice.
        stack.usage.nat = .gibibytes(0)
        let gateway = try #require(
            StackResources.graph(of: stack).resources.first { $0.address.text == "network.nat-gateway.a" })
        let stray = Observed(gateway.address, gateway.settings, facts: [:])
        var world = World(resources: [gateway.address: stray])
        let prices = try StackPrices.snapshot(for: stack.region)
        let one = try Estimator.estimate(world, of: stack, prices: prices)
        world.strays = [stray]
        let two = try Estimator.estimate(world, of: stack, prices: prices)
        #expect(two.total.low - one.total.low == .cents(3285))
        world.strays[0].state = .deleting
        #expect(try Estimator.estimate(world, of: stack, prices: prices) == one)
    }

    // MARK: Random stacks

    private static func stack(_ random: inout SeededGenerator) -> Stack {
        let classes = ["db.t4g.medium", "db.r6g.large", "db.r7g.2xlarge", "db.t3.large"]
        let least = Int.random(in: 1...5, using: &random)
        let capacity: Database.Capacity =
            Bool.random(using: &random)
            ? .instance(classes[Int.random(in: 0..<4, using: &random)])
            : .serverless(
                min: Double(Int.random(in: 0...4, using: &random)) / 2,
                max: Double(Int.random(in: 2...32, using: &random)))
        return Stack(
            name: "shop", region: PriceSnapshot.regions.randomElement(using: &random) ?? "us-east-1",
            zones: Int.random(in: 2...3, using: &random),
            network: Network(
                nat: Network.NAT.allCases.randomElement(using: &random) ?? .single,
                endpoints: Network.Endpoint.allCases.filter { _ in Bool.random(using: &random) }),
            edge: Bool.random(using: &random) ? Edge(domain: "a.example.com", origin: .public) : Edge(),
            services: [
                Service(
                    name: "web", image: ".", tasks: least...(least + Int.random(in: 0...20, using: &random)),
                    spot: Int.random(in: 0...100, using: &random)),
                Service(name: "jobs", image: "jobs:1", routes: []),
            ],
            database: Bool.random(using: &random)
                ? Database(capacity: capacity, readers: Int.random(in: 0...3, using: &random)) : nil,
            usage: usage(&random))
    }

    private static func usage(_ random: inout SeededGenerator) -> Usage {
        let volume = { (random: inout SeededGenerator) in
            ByteCount(bytes: Int.random(in: 0...1 << Int.random(in: 20...45, using: &random), using: &random))
        }
        return Usage(
            requests: Int.random(in: 0...10_000_000_000, using: &random), egress: volume(&random),
            uploads: volume(&random),
            cacheHits: Int.random(in: 0...100, using: &random),
            database: DatabaseUsage(
                storage: volume(&random), io: Int.random(in: 0...1_000_000_000, using: &random), logs: volume(&random)),
            logs: volume(&random), nat: volume(&random), flowLogs: volume(&random), images: volume(&random),
            freeTier: Bool.random(using: &random))
    }

    /// At least as much of everything; the cache answers as much as before.
    private static func more(than stack: Stack, _ random: inout SeededGenerator) -> Usage {
        var usage = stack.usage
        let grown = { (bytes: ByteCount, random: inout SeededGenerator) in
            ByteCount(bytes: bytes.bytes + Int.random(in: 0...1 << 40, using: &random))
        }
        usage.requests += Int.random(in: 0...1_000_000_000, using: &random)
        usage.egress = grown(usage.egress, &random)
        usage.uploads = grown(usage.uploads, &random)
        usage.database.storage = grown(usage.database.storage, &random)
        usage.database.io += Int.random(in: 0...1_000_000_000, using: &random)
        usage.database.logs = grown(usage.database.logs, &random)
        usage.logs = grown(usage.logs, &random)
        usage.nat = grown(usage.nat, &random)
        usage.flowLogs = grown(usage.flowLogs, &random)
        usage.images = grown(usage.images, &random)
        let web = stack.services[0].tasks
        usage.tasks["web"] = web.upperBound * 100
        return usage
    }
}

/// Whatever a manifest can say fits into the numbers.
@Suite struct LimitTests {
    @Test func theLargestStackWithTheLargestUsageIsEstimated() throws {
        let services = (1...50).map { number in
            Service(
                name: "service-\(number)", image: "shop:\(number)", routes: [RoutePattern(unchecked: "/\(number)")],
                cpu: 16_384, memory: .gibibytes(120), tasks: 500...500)
        }
        let volume = ByteCount(bytes: 1 << 50)
        let stack = Stack(
            name: "shop", zones: 3, services: services,
            database: Database(capacity: .instance("db.r8g.16xlarge"), readers: 15),
            usage: Usage(
                requests: 1_000_000_000_000, egress: volume, uploads: volume, cacheHits: 0,
                database: DatabaseUsage(storage: volume, io: 1_000_000_000_000, logs: volume), logs: volume,
                nat: volume,
                flowLogs: volume, images: volume, freeTier: false))
        let total = try estimate(stack).total
        #expect(total.isFlat)
        // Tasks alone: 25 000 of 16 vCPU and 120 GB.
        #expect(total.low > .cents(25_000 * 730 * 118))
        #expect(try Levers.all(of: stack, prices: StackPrices.snapshot(for: stack.region)).isEmpty == false)
    }

    @Test func nothingAtAllCostsWhatStandsThere() throws {
        let volume = ByteCount(bytes: 0)
        var stack = Sample.standard.stack
        stack.usage = Usage(
            requests: 0, egress: volume, uploads: volume, cacheHits: 100,
            database: DatabaseUsage(storage: volume, io: 0, logs: volume), logs: volume, nat: volume, flowLogs: volume,
            images: volume, freeTier: false)
        let lines = try estimate(stack).lines.filter { $0.cost.expected > .zero }
        #expect(lines.allSatisfy { [.hour, .vCPUHour, .gigabyteHour, .month].contains($0.price.unit) })
        #expect(!lines.isEmpty)
    }
}
