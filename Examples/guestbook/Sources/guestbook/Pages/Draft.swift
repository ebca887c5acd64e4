/// What a visitor typed, before it is a message.
struct Draft: Sendable, Equatable {
    enum Field: String, Sendable { case author, body }

    struct Mistake: Sendable, Equatable {
        var field: Field
        /// A sentence for the visitor.
        var message: String
    }

    /// In Unicode scalars, as PostgreSQL's `char_length` counts them.
    static let longestAuthor = 40
    static let longestBody = 500

    var author = ""
    var body = ""

    init() {}

    /// Trimmed, and with the line ends of the web (CR LF) made plain.
    init(author: String, body: String) {
        self.author = trimmed(author)
        self.body = trimmed(body)
    }

    var mistakes: [Mistake] {
        [
            Self.mistake(in: author, .author, longest: Self.longestAuthor, empty: "Please tell us your name."),
            Self.mistake(in: body, .body, longest: Self.longestBody, empty: "Please write something."),
        ].compactMap(\.self)
    }

    private static func mistake(in text: String, _ field: Field, longest: Int, empty: String) -> Mistake? {
        let count = text.unicodeScalars.count
        if count == 0 { return Mistake(field: field, message: empty) }
        if count > longest {
            return Mistake(
                field: field, message: "At most \(longest) characters, please; this is \(count - longest) too many.")
        }
        let isStorable = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || (field == .body && (scalar == "\n" || scalar == "\t"))
        }
        return isStorable ? nil : Mistake(field: field, message: "Please leave the control characters out.")
    }
}

private func trimmed(_ text: String) -> String {
    var lines: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        switch (previous, scalar) {
        case ("\r", "\n"): break
        case (_, "\r"): lines.append("\n")
        default: lines.append(scalar)
        }
        previous = scalar
    }
    let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
    let rest = lines.drop(while: isSpace)
    let kept = rest.prefix(upTo: (rest.lastIndex { !isSpace($0) }).map { $0 + 1 } ?? rest.startIndex)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: kept)
    return String(result)
}
