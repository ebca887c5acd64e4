import Costs
import Resources
import Stacks
import Testing

/// A lever whose price nobody knows is named with what is missing; it is never left out and never reckoned with nothing.
struct MissingPriceTests {
    private static func levers(of sample: Sample, without items: Set<PriceItem>) throws -> [Lever] {
        let stack = sample.stack
        var prices = try StackPrices.snapshot(for: stack.region)
        prices.region = PriceList(
            region: stack.region, date: prices.region.date,
            prices: prices.region.prices.filter { !items.contains($0.key) })
        return try Levers.all(of: stack, prices: prices)
    }

    @Test func aChoiceWithoutAPriceSaysWhatIsMissing() throws {
        let levers = try Self.levers(
            of: .standard, without: [.capacityUnitHour, .ioOptimizedGigabyte, .taskCPUHour(.arm)])
        let open = levers.flatMap(\.choices).filter { $0.change == nil }
        #expect(open.count == 3)
        #expect(open.allSatisfy { $0.missing != nil })
        let text = LeverText.text(levers)
        #expect(text.contains("cannot be told: "))
        #expect(text.contains("no price is known here of an ACU hour"))
        #expect(Set(levers.map(\.name)).isSuperset(of: ["database", "database I/O", "Graviton"]))
    }

    /// The same levers, whichever price is not there; those that the stack itself needs end in a report.
    @Test(arguments: Sample.allCases) func noLeverGoesInSilence(_ sample: Sample) throws {
        let whole = Set(try Self.levers(of: sample, without: []).map(\.name))
        let items: [PriceItem] = [
            .capacityUnitHour, .ioOptimizedGigabyte, .taskCPUHour(.arm), .spotCPUHour(.x86), .spotCPUHour(.arm),
            .endpointHour, .natGigabyte, .zoneGigabyte, .databaseIO,
        ]
        for item in items {
            guard let levers = try? Self.levers(of: sample, without: [item]) else { continue }
            #expect(Set(levers.map(\.name)).isSuperset(of: whole), "\(item)")
        }
    }
}
