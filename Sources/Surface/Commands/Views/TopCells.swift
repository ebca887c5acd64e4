/// What the views of `top` have in common.
struct TopCells {
    var style: TextStyle

    /// So that a row with a name of the user's still fits 80 columns.
    private static let longestName = 14
    private static let barWidth = 10

    /// A full one is the whole share of a processor that there is.
    ///
    /// - Parameter cpu: per cent; no bar without one.
    func bar(_ cpu: Double?) -> String {
        guard let cpu else { return String(repeating: " ", count: Self.barWidth) }
        let full = Int((min(max(cpu, 0), 100) / 100 * Double(Self.barWidth)).rounded())
        let text = String(repeating: "█", count: full)
        let rest = style.dim(String(repeating: "░", count: Self.barWidth - full))
        return style.paint(text, cpu > 85 ? .red : cpu > 60 ? .yellow : .green) + rest
    }

    /// `41 %`; `-` for nothing measured.
    func perCent(_ value: Double?) -> String { value.map { "\(Int(min($0, 99_999).rounded())) %" } ?? "-" }

    /// A task's number is at the end of its name.
    func short(_ name: String) -> String {
        name.count <= Self.longestName ? name : "…" + name.suffix(Self.longestName - 1)
    }
}

/// Numbers as a row of bars, the newest on the right; the highest is the largest of them. Where there is no number is no bar.
enum Sparkline {
    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    static func text(_ values: [Double?], width: Int) -> String {
        let shown = values.suffix(width)
        let most = shown.compactMap { $0 }.max() ?? 0
        return String(
            shown.map { value -> Character in
                guard let value else { return " " }
                guard most > 0 else { return bars[0] }
                return bars[Int((max(0, value) / most * Double(bars.count - 1)).rounded())]
            })
    }
}

extension Figures {
    /// `0`, `6.8`, `1 204`
    static func perSecond(_ value: Double) -> String {
        String(rate(perSecond: value).dropLast(" requests/s".count))
    }
}
