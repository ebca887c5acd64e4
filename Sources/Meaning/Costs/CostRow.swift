import Resources
import Stacks

/// One row of an estimate's table.
struct CostRow {
    var name = ""
    var what = ""
    var amount = ""
    /// Low, expected and high; empty for a remark.
    var cells: [String] = []
    var remark: String?
    /// Of a tier or of the whole.
    var isHead = false

    static func cells(_ cost: Spread<Dollars>) -> [String] {
        [cost.low.description, cost.expected.description, cost.high.description]
    }

    /// Columns as wide as what stands in them.
    static func text(_ rows: [CostRow]) -> String {
        let names = rows.map { $0.isHead ? $0.name.count : $0.name.count + 2 }.max() ?? 0
        let whats = rows.map(\.what.count).max() ?? 0
        let amounts = rows.map(\.amount.count).max() ?? 0
        let widths = (0..<3).map { column in
            rows.map { $0.cells.count > column ? $0.cells[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            if let remark = row.remark {
                return String(repeating: " ", count: names + 4) + remark + "\n"
            }
            let name = row.isHead ? row.name : "  " + row.name
            let left = [name.padded(to: names), row.what.padded(to: whats), row.amount.padded(to: amounts)]
            let right = zip(row.cells, widths).map { $0.leftPadded(to: $1) }
            var line = (left + right).joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// Lines no longer than `width`, those behind the first below its text.
    static func wrapped(_ text: String, label: String, width: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, label.count + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return label + lines.joined(separator: "\n" + String(repeating: " ", count: label.count))
    }
}

/// Resources of one kind that are billed for the same things: one entry of the table.
struct CostBundle {
    private var name: String
    private let kind: String
    private var count = 1
    private var lines: [CostLine]

    static func bundles(_ lines: [CostLine]) -> [CostBundle] {
        var bundles: [CostBundle] = []
        for address in unique(lines.map(\.address.text)) {
            let own = lines.filter { $0.address.text == address }
            if let same = bundles.firstIndex(where: { $0.isAlike(own) }) {
                bundles[same].add(own)
            } else {
                bundles.append(CostBundle(own, address))
            }
        }
        return bundles
    }

    private init(_ lines: [CostLine], _ address: String) {
        // `network.nat-gateway.a`: the tier stands above.
        let words = address.split(separator: ".")
        name = words.dropFirst().joined(separator: ".")
        kind = words.count > 1 ? String(words[1]) : address
        self.lines = lines
    }

    private func isAlike(_ others: [CostLine]) -> Bool {
        guard let other = others.first,
            other.address.text.split(separator: ".").dropFirst().first.map(String.init) == kind,
            others.count == lines.count
        else { return false }
        return zip(lines, others).allSatisfy { mine, other in
            mine.what == other.what && mine.item == other.item && mine.note == other.note
                && mine.quantity.map { $0.times(1, over: count) } == other.quantity
        }
    }

    private mutating func add(_ others: [CostLine]) {
        count += 1
        name = "\(kind) ×\(count)"
        for (index, other) in others.enumerated() {
            lines[index].quantity = CostBundle.sum(lines[index].quantity, other.quantity)
            lines[index].free = CostBundle.sum(lines[index].free, other.free)
            lines[index].cost = lines[index].cost + other.cost
        }
    }

    private static func sum(_ left: Spread<Quantity>, _ right: Spread<Quantity>) -> Spread<Quantity> {
        Spread(low: left.low + right.low, expected: left.expected + right.expected, high: left.high + right.high)
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    var rows: [CostRow] {
        lines.enumerated().flatMap { index, line -> [CostRow] in
            let cells = line.dependsOnUsage ? ["by use", "by use", "by use"] : CostRow.cells(line.cost)
            let row = CostRow(
                name: index == 0 ? name : "", what: line.what + (line.price.isDerived ? " ~" : ""),
                amount: line.amountText, cells: cells)
            return [row] + line.remarks.map { CostRow(remark: $0) }
        }
    }
}

extension CostLine {
    /// `1,460 hours at $0.045`; of the column "expected".
    var amountText: String {
        let scale = price.unit.shownScale
        let each = Dollars(billionths: price.each.billionths * scale).exact
        if dependsOnUsage { return "\(each) for each \(price.unit.singular)" }
        let count = Quantity(millionths: quantity.expected.millionths / scale)
        if price.unit == .month { return "\(count) at \(each) \(price.unit.plural)" }
        return "\(count) \(price.unit.plural) at \(each)"
    }

    var remarks: [String] {
        var remarks = (note.map { [$0] } ?? []) + [laterPrice].compactMap { $0 }
        if free.expected > .zero {
            let scale = price.unit.shownScale
            let count = Quantity(millionths: free.expected.millionths / scale)
            let isAll = free.expected == quantity.expected
            let unit = price.unit == .month ? "" : " \(price.unit.plural)"
            remarks.append("\(isAll ? "all" : "\(count)\(unit)") of it in the account's free tier")
        }
        return remarks
    }

    /// Of a price that falls with the amount: what the last units of the column "expected" cost.
    private var laterPrice: String? {
        guard let last = price.steps.last(where: { $0.from < quantity.expected }), last.from > .zero else { return nil }
        let scale = price.unit.shownScale
        let from = Quantity(millionths: last.from.millionths / scale)
        let each = Dollars(billionths: last.each.billionths * scale).exact
        let (mark, how) = price.laterSteps.map { ("~", ", \($0)") } ?? ("", "")
        return "the price falls with the amount: \(mark)\(each) from \(from) \(price.unit.plural) on\(how)"
    }
}
