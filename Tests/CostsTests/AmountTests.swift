import Costs
import Stacks
import TestKit
import Testing

@Suite struct AmountTests {
    @Test(
        arguments: [
            ("0.045", 45_000_000), ("400", 400_000_000_000), ("0.0000006", 600), ("1.10", 1_100_000_000), ("0", 0),
            ("", nil), (".5", nil), ("5.", nil), ("-1", nil), ("1e3", nil), ("1.0000000001", nil), ("1,000", nil),
            ("9999999999", nil),
        ] as [(String, Int?)]) func dollarsAreReadExactly(_ text: String, _ billionths: Int?)
    {
        #expect(Dollars(text)?.billionths == billionths)
    }

    @Test(arguments: [
        (0, "$0.00", "$0"), (45_000_000, "$0.05", "$0.045"), (1_234_560_000_000, "$1,234.56", "$1,234.56"),
        (600, "$0.00", "$0.0000006"), (400_000_000, "$0.40", "$0.40"), (-3_004_000_000, "-$3.00", "-$3.004"),
        (-600, "$0.00", "-$0.0000006"),
        (999_995_000_000_000, "$999,995.00", "$999,995"), (5_000_000, "$0.01", "$0.005"),
    ]) func dollarsAreWritten(_ billionths: Int, _ cents: String, _ exact: String) {
        #expect(Dollars(billionths: billionths).description == cents)
        #expect(Dollars(billionths: billionths).exact == exact)
    }

    @Test func quantitiesAreScaledThrough128Bits() {
        #expect(Quantity(1_000_000_000_000).times(999_999, over: 1_000_000) == Quantity(999_999_000_000))
        #expect(Dollars(billionths: 600).times(Quantity(1_000_000_000_000)) == Dollars(billionths: 600_000_000_000_000))
        #expect(Quantity(1).times(1, over: 3).millionths == 333_333)
        #expect(Quantity(2).times(1, over: 3).millionths == 666_667)
        #expect(Quantity(1) - Quantity(2) == .zero)
        #expect(Quantity(gigabytesOf: 3 << 29) == Quantity(millionths: 1_500_000))
    }

    private static let steps = Price(
        key: PriceKey("s", "f", "u"), unit: .gigabyte,
        steps: [
            Price.Step(from: .zero, each: .cents(10)), Price.Step(from: Quantity(100), each: .cents(5)),
            Price.Step(from: Quantity(1000), each: .cents(1)),
        ], source: .list("2026-11-20"))

    /// 50 at 10 ¢; 100 at 10 ¢ and 20 at 5 ¢; and so on.
    @Test(arguments: [
        (0, 0, 0), (0, 50, 500), (0, 100, 1000), (0, 120, 1100), (0, 1000, 5500), (0, 2000, 6500), (90, 110, 150),
        (100, 110, 50), (1500, 2000, 500), (50, 50, 0),
    ]) func aPriceInStepsIsPaidStepByStep(_ start: Int, _ end: Int, _ cents: Int) {
        #expect(Self.steps.cost(from: Quantity(start), to: Quantity(end)) == .cents(cents))
    }

    @Test func whatIsPaidInPartsCostsAsMuchAsTheWhole() {
        var random = SeededGenerator(seed: 20_261_129)
        for _ in 0..<1000 {
            let points = (0..<3).map { _ in Int.random(in: 0...3000, using: &random) }.sorted().map { Quantity($0) }
            let parts =
                Self.steps.cost(from: points[0], to: points[1]) + Self.steps.cost(from: points[1], to: points[2])
            #expect(parts == Self.steps.cost(from: points[0], to: points[2]))
        }
    }
}
