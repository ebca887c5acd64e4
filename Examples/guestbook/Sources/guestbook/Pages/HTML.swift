/// Markup. A text that is interpolated into it is escaped; only other markup goes in as it is. So a page cannot be
/// written that forgets to escape.
struct HTML: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup: String

        init(literalCapacity: Int, interpolationCount: Int) {
            markup = ""
            markup.reserveCapacity(literalCapacity * 2)
        }

        mutating func appendLiteral(_ literal: String) { markup += literal }
        mutating func appendInterpolation(_ text: some StringProtocol) { markup += escaped(text) }
        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }
        mutating func appendInterpolation(_ html: HTML) { markup += html.description }
        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { markup += part.description } }
    }

    static let empty = HTML(stringLiteral: "")

    let description: String

    init(stringLiteral markup: String) { description = markup }
    init(stringInterpolation: StringInterpolation) { description = stringInterpolation.markup }
}

/// Safe between tags and inside attributes in either kind of quotes.
private func escaped(_ text: some StringProtocol) -> String {
    var markup = ""
    markup.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": markup += "&amp;"
        case "<": markup += "&lt;"
        case ">": markup += "&gt;"
        case "\"": markup += "&quot;"
        case "'": markup += "&#39;"
        default: markup.unicodeScalars.append(scalar)
        }
    }
    return markup
}
