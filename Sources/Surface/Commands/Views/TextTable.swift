/// Rows under a heading, columns two spaces apart.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        var title: String
        var alignment: Alignment

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
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
        func line(_ cells: [String]) -> String {
            var text = ""
            for (index, cell) in cells.enumerated() {
                let gap = String(repeating: " ", count: widths[index] - cell.visibleCount)
                text += columns[index].alignment == .left ? cell + gap : gap + cell
                text += "  "
            }
            while text.last == " " { text.removeLast() }
            return text.clipped(to: width)
        }
        return [style.dim(line(columns.map(\.title)))] + rows.map(line)
    }
}
