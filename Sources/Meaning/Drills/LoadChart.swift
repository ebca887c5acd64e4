/// A drill's load second by second, as an SVG: bars for requests, failed ones in red on top, a line for the slowest good
/// answer, and where something was broken.
package struct LoadChart {
    package var title: String
    package var seconds: [LoadFigures.Second]
    /// Seconds from the load's start.
    package var faultAt: Double

    private static let (width, height) = (720, 190)
    private static let (left, right, top, bottom) = (44, 56, 26, 26)
    private static let plot = (width: width - left - right, height: height - top - bottom)

    package init(title: String, seconds: [LoadFigures.Second], faultAt: Double) {
        self.title = title
        self.seconds = seconds
        self.faultAt = faultAt
    }

    package var svg: String {
        guard !seconds.isEmpty else { return "" }
        let most = max(1, seconds.map { $0.good + $0.failed }.max() ?? 1)
        let slowest = max(0.01, seconds.map(\.slowest).max() ?? 0)
        let size = "width=\"\(Self.width)\" height=\"\(Self.height)\" viewBox=\"0 0 \(Self.width) \(Self.height)\""
        var parts = ["<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\">"]
        parts.append("<title>\(DrillPage.escaped(title))</title>")
        parts.append(text(Self.left, 14, title, "start", "head"))
        parts += grid(most, slowest) + seconds.indices.map { bar($0, most) }
        parts.append(line(slowest))
        parts.append(fault)
        parts += axis
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private func x(_ second: Double) -> Double {
        Double(Self.left) + second / Double(seconds.count) * Double(Self.plot.width)
    }

    private func y(_ share: Double) -> Double { Double(Self.top) + (1 - share) * Double(Self.plot.height) }

    private func bar(_ index: Int, _ most: Int) -> String {
        let second = seconds[index]
        let width = Double(Self.plot.width) / Double(seconds.count) * 0.7
        let start = x(Double(index) + 0.15)
        func rectangle(_ from: Int, _ to: Int, _ kind: String) -> String {
            guard to > from else { return "" }
            let (low, high) = (y(Double(from) / Double(most)), y(Double(to) / Double(most)))
            let place = "x=\"\(round(start))\" y=\"\(round(high))\""
            return "<rect class=\"\(kind)\" \(place) width=\"\(round(width))\" height=\"\(round(low - high))\"/>"
        }
        return rectangle(0, second.good, "good")
            + rectangle(second.good, second.good + second.failed, "failed")
    }

    private func line(_ slowest: Double) -> String {
        let points = seconds.enumerated().map { index, second in
            "\(round(x(Double(index) + 0.5))),\(round(y(second.slowest / slowest)))"
        }
        return "<polyline class=\"slow\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private var fault: String {
        let place = round(x(min(faultAt, Double(seconds.count))))
        let line =
            "<line class=\"fault\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Self.top)\" y2=\"\(Self.height - Self.bottom)\"/>"
        return line + text(Int(x(faultAt)) + 4, Self.top + 22, "fault", "start", "fault-text")
    }

    private func grid(_ most: Int, _ slowest: Double) -> [String] {
        [0.0, 0.5, 1].flatMap { share -> [String] in
            let level = round(y(share))
            let (from, to) = (Self.left, Self.width - Self.right)
            return [
                "<line class=\"grid\" x1=\"\(from)\" x2=\"\(to)\" y1=\"\(level)\" y2=\"\(level)\"/>",
                text(Self.left - 6, Int(y(share)) + 4, "\(Int((share * Double(most)).rounded()))", "end", "mark"),
                text(
                    to + 6, Int(y(share)) + 4, share == 0 ? "0 s" : Seconds.text(share * slowest), "start",
                    "mark slow-text"),
            ]
        }
    }

    /// About eight marks.
    private var axis: [String] {
        let step = max(1, (seconds.count + 7) / 8)
        return stride(from: 0, through: seconds.count, by: step).map {
            text(Int(x(Double($0))), Self.height - 8, "\($0) s", "middle", "mark")
        }
    }

    private func text(_ x: Int, _ y: Int, _ text: String, _ anchor: String, _ kind: String) -> String {
        "<text class=\"\(kind)\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(DrillPage.escaped(text))</text>"
    }

    /// One digit behind the point is finer than a screen.
    private func round(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
