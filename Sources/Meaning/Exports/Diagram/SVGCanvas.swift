/// Collects shapes; everything in pixels from the upper left corner.
struct SVGCanvas {
    /// Colours of one part of the drawing.
    struct Ink: Sendable, Equatable {
        var line: String
        var fill: String
        var text: String
    }

    struct Box: Sendable, Equatable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        var right: Double { x + width }
        var bottom: Double { y + height }
        var middle: Double { x + width / 2 }
        var centre: Double { y + height / 2 }
    }

    enum Anchor: String, Sendable { case start, middle, end }

    private(set) var elements: [String] = []

    mutating func box(
        _ box: Box, _ ink: Ink, radius: Double = 8, width: Double = 1.25, dashed: Bool = false, opacity: Double = 1
    ) {
        elements.append(
            "<rect x=\"\(n(box.x))\" y=\"\(n(box.y))\" width=\"\(n(box.width))\" height=\"\(n(box.height))\" rx=\"\(n(radius))\""
                + " fill=\"\(ink.fill)\" stroke=\"\(ink.line)\" stroke-width=\"\(n(width))\""
                + (dashed ? " stroke-dasharray=\"6 4\"" : "") + (opacity < 1 ? " opacity=\"\(n(opacity))\"" : "") + "/>"
        )
    }

    mutating func text(
        _ text: String, _ x: Double, _ y: Double, size: Double = 13, colour: String = "#1f2937",
        weight: Int = 400, anchor: Anchor = .start, fitting width: Double? = nil, spacing: Double = 0
    ) {
        let shown = width.map { SVGCanvas.cut(text, to: $0, size: size, weight: weight) } ?? text
        elements.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" fill=\"\(colour)\""
                + (weight == 400 ? "" : " font-weight=\"\(weight)\"")
                + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
                + (spacing == 0 ? "" : " letter-spacing=\"\(n(spacing))\"") + ">\(SVGCanvas.escaped(shown))</text>")
    }

    /// A line through points, with an arrow's head at its end.
    mutating func arrow(
        _ points: [(Double, Double)], colour: String, width: Double = 1.75, dashed: Bool = false, hasHead: Bool = true
    ) {
        let path = points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\(n($0.element.0)) \(n($0.element.1))" }
            .joined(separator: " ")
        elements.append(
            "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(n(width))\" stroke-linejoin=\"round\""
                + (dashed ? " stroke-dasharray=\"5 4\"" : "")
                + (hasHead ? " marker-end=\"url(#head-\(colour.dropFirst()))\"" : "") + "/>")
    }

    mutating func path(_ path: String, fill: String = "none", stroke: String = "none", width: Double = 1.5) {
        elements.append(
            "<path d=\"\(path)\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"\(n(width))\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
        )
    }

    /// A text on a small plate, so that a line may run behind it.
    mutating func label(_ text: String, _ x: Double, _ y: Double, colour: String, size: Double = 12) {
        let width = SVGCanvas.width(of: text, size: size, weight: 600) + 14
        box(
            Box(x: x - width / 2, y: y - 10, width: width, height: 20),
            Ink(line: colour, fill: "#ffffff", text: colour),
            radius: 10, width: 1)
        self.text(text, x, y + 4, size: size, colour: colour, weight: 600, anchor: .middle)
    }

    // MARK: The document

    func document(width: Double, height: Double, title: String, description: String, heads: [String]) -> String {
        let markers = heads.map { colour in
            "<marker id=\"head-\(colour.dropFirst())\" viewBox=\"0 0 10 10\" refX=\"8.5\" refY=\"5\" markerWidth=\"7\""
                + " markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0.8 L9.2 5 L0 9.2 z\" fill=\"\(colour)\"/></marker>"
        }
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(width)) \(n(height))\" width=\"\(n(width))\""
            + " height=\"\(n(height))\" role=\"img\" aria-labelledby=\"title desc\""
            + " font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\">"
        let lines =
            [
                head, "<title id=\"title\">\(SVGCanvas.escaped(title))</title>",
                "<desc id=\"desc\">\(SVGCanvas.escaped(description))</desc>", "<defs>",
            ] + markers + ["</defs>", "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"] + elements + ["</svg>"]
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Texts

    /// An estimate: a program without fonts knows no widths. Of DejaVu Sans, the widest of those that the document names.
    static func width(of text: String, size: Double, weight: Int = 400) -> Double {
        let units = text.reduce(0.0) { sum, character in
            if "iljtf.,:;'|! ".contains(character) { return sum + 0.36 }
            if "mwMW—…".contains(character) { return sum + 0.95 }
            return sum + (character.isUppercase ? 0.72 : 0.61)
        }
        return units * size * (weight > 500 ? 1.1 : 1)
    }

    /// Lines of at most that width, at least one. They end between words, else behind a mark that joins parts of a name, else anywhere.
    static func folded(_ text: String, to width: Double, size: Double, weight: Int = 400) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while self.width(of: String(rest), size: size, weight: weight) > width {
            var head = rest
            while head.count > 1, self.width(of: String(head), size: size, weight: weight) > width { head.removeLast() }
            // What follows the line may be the blank on which it ends.
            let fitting = rest.prefix(head.count + 1)
            let end =
                fitting.lastIndex(of: " ") ?? head.dropFirst(head.count / 3).lastIndex { "-_./@:".contains($0) }.map {
                    rest.index(after: $0)
                } ?? head.endIndex
            lines.append(rest[..<end].trimmingBlanks)
            rest = rest[end...].drop { $0 == " " }
        }
        return lines + (rest.isEmpty && !lines.isEmpty ? [] : [String(rest)])
    }

    static func cut(_ text: String, to width: Double, size: Double, weight: Int = 400) -> String {
        guard self.width(of: text, size: size, weight: weight) > width else { return text }
        var kept = Substring(text)
        while !kept.isEmpty, self.width(of: kept + "…", size: size, weight: weight) > width { kept.removeLast() }
        return kept.trimmingBlanks + "…"
    }

    static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var copy = self
        while copy.last == " " { copy.removeLast() }
        return String(copy)
    }
}

/// Numbers in the document: at most two decimals.
private func n(_ number: Double) -> String { plainNumber((number * 100).rounded() / 100) }
