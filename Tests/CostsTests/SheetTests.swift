import Costs
import Foundation
import Stacks
import Testing

/// Bills worked out by hand, from prices that are written down once more, against what the estimator says.
@Suite struct SheetTests {
    /// A row is `address,what,low,expected,high`; each of the three is a product such as `1460 * 0.045`.
    @Test(arguments: Sample.allCases) func everyLineIsTheSheets(_ sample: Sample) throws {
        let stack = sample.stack
        let estimate = try estimate(stack)
        let all = try Self.sheet(sample.rawValue)
        let total = try #require(all.last)
        let rows = all.dropLast()
        #expect(total.address == "total")
        let lines = estimate.lines.map { "\($0.address),\($0.what)" }
        #expect(lines == rows.map { "\($0.address),\($0.what)" })
        for (line, row) in zip(estimate.lines, rows) {
            let cost = [line.cost.low, line.cost.expected, line.cost.high].map(\.plain)
            #expect(
                try cost.map(Self.cents) == row.products.map(Self.product).map(Self.rounded),
                "\(row.address) \(row.what)")
        }
        let sums = [estimate.total.low, estimate.total.expected, estimate.total.high].map(\.plain)
        #expect(try sums.map(Self.cents) == total.products.map(Self.cents))
    }

    private struct Row { var address: String, what: String, products: [String] }

    private static func sheet(_ name: String) throws -> [Row] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Sheets/\(name).csv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            // One product for all three columns may be written once.
            return Row(
                address: cells[0], what: cells[1],
                products: cells.count == 3 ? [cells[2], cells[2], cells[2]] : Array(cells[2...]))
        }
    }

    /// Products and quotients from the left; terms are added.
    private static func product(_ text: String) throws -> Decimal {
        try text.components(separatedBy: " + ").reduce(Decimal.zero) { sum, term in
            let words = term.split(separator: " ").map(String.init)
            var value = try cents(words[0])
            for index in stride(from: 1, to: words.count, by: 2) {
                let factor = try cents(words[index + 1])
                value = words[index] == "*" ? value * factor : value / factor
            }
            return sum + value
        }
    }

    private static func cents(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    private static func rounded(_ value: Decimal) -> Decimal {
        var (value, result) = (value, Decimal.zero)
        NSDecimalRound(&result, &value, 2, .plain)
        return result
    }
}
