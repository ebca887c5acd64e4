import Stacks

/// How words are dressed on a terminal; without colour every function gives its text back.
struct TextStyle: Sendable, Equatable {
    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
    }

    var hasColour: Bool

    static let plain = TextStyle(hasColour: false)

    func bold(_ text: String) -> String { dressed(text, "1") }
    func dim(_ text: String) -> String { dressed(text, "2") }
    func paint(_ text: String, _ colour: Colour) -> String { dressed(text, colour.rawValue) }

    private func dressed(_ text: String, _ code: String) -> String {
        hasColour && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    var diagnostics: DiagnosticStyle {
        DiagnosticStyle { part, text in
            switch part {
            case .place: bold(text)
            case .error, .caret: paint(text, .red)
            case .warning: paint(text, .yellow)
            case .lineNumber, .label: dim(text)
            }
        }
    }
}

extension String {
    /// Text that others wrote, made unable to move the cursor or to colour: control characters become spaces.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// At most `width` characters, the last of them `…` when something is missing. Sequences that colour take no room.
    func clipped(to width: Int) -> String {
        guard visibleCount > width else { return self }
        var result = ""
        var room = width - 1
        var isSequence = false
        for character in self {
            if character == "\u{1B}" { isSequence = true }
            if isSequence {
                result.append(character)
                if character.isLetter { isSequence = false }
            } else if room >= 0 {
                result.append(room > 0 ? character : "…")
                room -= 1
            }
        }
        return result
    }

    /// Characters that take room on a terminal.
    var visibleCount: Int {
        var count = 0
        var isSequence = false
        for character in self {
            if character == "\u{1B}" { isSequence = true }
            if !isSequence { count += 1 }
            if isSequence, character.isLetter { isSequence = false }
        }
        return count
    }
}
