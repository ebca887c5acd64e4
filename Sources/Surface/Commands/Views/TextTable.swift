/// Rows under a heading, columns two spaces apart.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        var title: String
        var alignment: Alignment
        /// Left out of a line that would be too long: the highest number first; nil never.
        var spare: Int?

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String, spare: Int? = nil) -> Column {
            Column(title: title, alignment: .right, spare: spare)
        }
    }

    let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// One text for each column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count)
        rows.append(cells)
    }

    /// No line is longer than `width`.
    func lines(width: Int, style: TextStyle) -> [String] {
        let widths = columns.indices.map { column in
            max(columns[column].title.count, rows.map { $0[column].visibleCount }.max() ?? 0)
        }
        let shown = fitting(widths, into: width)
        func line(_ cells: [String]) -> String {
            var text = ""
            for (index, cell) in cells.enumerated() where shown.contains(index) {
                let gap = String(repeating: " ", count: widths[index] - cell.visibleCount)
                text += columns[index].alignment == .left ? cell + gap : gap + cell
                text += "  "
            }
            while text.last == " " { text.removeLast() }
            return text.clipped(to: width)
        }
        return [style.dim(line(columns.map(\.title)))] + rows.map(line)
    }

    /// The columns that have room beside each other.
    private func fitting(_ widths: [Int], into width: Int) -> Set<Int> {
        var shown = Set(columns.indices)
        let spare = columns.indices.filter { columns[$0].spare != nil }
        for index in spare.sorted(by: { (columns[$0].spare ?? 0) > (columns[$1].spare ?? 0) }) {
            if shown.reduce(-2, { $0 + widths[$1] + 2 }) <= width { break }
            shown.remove(index)
        }
        return shown
    }
}
