/// How the parts of a rendered diagnostic are dressed. The words are the same in every style.
package struct DiagnosticStyle: Sendable {
    package enum Part: Sendable { case place, error, warning, lineNumber, caret, label }

    package var paint: @Sendable (Part, String) -> String

    package init(paint: @escaping @Sendable (Part, String) -> String) { self.paint = paint }

    package static let plain = DiagnosticStyle { _, text in text }
}

extension Diagnostic {
    /// Several lines, each ended by a newline:
    ///
    ///     terrace.yaml:9:10: error: services.web.cpu: 300 is not a task size
    ///        9 |     cpu: 300
    ///          |          ^
    ///       allowed  256, 512, 1024, 2048, 4096, 8192, 16384
    ///       nearest  256
    package func render(style: DiagnosticStyle = .plain) -> String {
        let place = style.paint(.place, "\(file):\(line):\(column):")
        let kind = style.paint(severity == .error ? .error : .warning, "\(severity.rawValue):")
        var text = "\(place) \(kind) " + (path.isEmpty ? "" : "\(path): ") + message + "\n"
        if let sourceLine { text += excerpt(of: sourceLine, style) }
        for (label, words) in [("allowed", allowed), ("nearest", nearest)] {
            guard let words else { continue }
            text += "  \(style.paint(.label, label))  \(words)\n"
        }
        return text
    }

    private func excerpt(of source: String, _ style: DiagnosticStyle) -> String {
        let (shown, offset) = Excerpt.window(of: source, around: column - 1)
        let number = String(line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count))
        let gutter = String(repeating: " ", count: max(4, number.count))
        return """
            \(style.paint(.lineNumber, "\(margin)\(number) |")) \(shown)
            \(style.paint(.lineNumber, "\(gutter) |")) \(String(repeating: " ", count: offset))\(style.paint(.caret, "^"))

            """
    }
}

extension Sequence<Diagnostic> {
    /// All of them, a blank line between two.
    package func render(style: DiagnosticStyle = .plain) -> String {
        map { $0.render(style: style) }.joined(separator: "\n")
    }
}

/// Text out of a file, made safe and short enough to print beside a message.
enum Excerpt {
    /// A line longer than this is shown as the part around the place.
    static let width = 100

    /// The part of `line` to show and where in it the place is.
    static func window(of line: String, around column: Int) -> (shown: String, offset: Int) {
        let scalars = Array(line.unicodeScalars)
        let column = min(max(column, 0), scalars.count)
        let start = column < width ? 0 : column - width / 2
        let end = min(scalars.count, start + width)
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: scalars[start..<end].map(printable))
        let (before, after) = (start > 0 ? "…" : "", end < scalars.count ? "…" : "")
        return (before + String(shown) + after, column - start + before.count)
    }

    /// A value as messages quote it: control characters replaced, at most 60 characters.
    static func quoted(_ text: String) -> String { "\"\(shortened(text, to: 60))\"" }

    /// A path may hold keys of the file's author.
    static func path(_ path: String) -> String { shortened(path, to: 120) }

    private static func shortened(_ text: String, to limit: Int) -> String {
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: text.unicodeScalars.prefix(limit).map(printable))
        return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
    }

    /// Control characters and the marks that turn the direction of writing could make a terminal lie.
    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09: " "
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
        default: scalar
        }
    }
}
