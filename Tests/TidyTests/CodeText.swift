/// A Swift file's lines with comments and the insides of string literals taken out, so that words and braces in them do
/// not count. Knows line comments, nested block comments, and plain, raw and multi-line strings; an interpolation is
/// taken out with its string.
struct CodeText: Sendable {
    let lines: [String]

    init(_ file: [String]) {
        var state = State.code
        lines = file.map { line in
            var code = ""
            var rest = line[...]
            if case .string(let closing) = state, closing.hasPrefix("\"") && !closing.hasPrefix("\"\"\"") {
                state = .code
            }
            if case .code = state, !Self.mayOpen(line) { return line }
            while !rest.isEmpty { Self.step(&rest, &state, &code) }
            return code
        }
    }

    private enum State {
        case code
        case comment(depth: Int)
        case string(closing: String)
    }

    /// Most lines have neither a quote nor a slash and need not be taken apart.
    private static func mayOpen(_ line: String) -> Bool {
        line.utf8.contains(UInt8(ascii: "\"")) || line.utf8.contains(UInt8(ascii: "/"))
    }

    private static func step(_ rest: inout Substring, _ state: inout State, _ code: inout String) {
        switch state {
        case .code:
            if rest.hasPrefix("//") {
                rest = ""
            } else if rest.hasPrefix("/*") {
                state = .comment(depth: 1)
                rest.removeFirst(2)
            } else if let opening = opening(of: rest) {
                state = .string(closing: String(opening.reversed()))
                rest.removeFirst(opening.count)
                code += "\""
            } else {
                code.append(rest.removeFirst())
            }
        case .comment(let depth):
            if rest.hasPrefix("*/") {
                state = depth == 1 ? .code : .comment(depth: depth - 1)
                rest.removeFirst(2)
            } else if rest.hasPrefix("/*") {
                state = .comment(depth: depth + 1)
                rest.removeFirst(2)
            } else {
                rest.removeFirst()
            }
        case .string(let closing):
            if rest.hasPrefix("\\(") && !closing.hasSuffix("#") {
                skipInterpolation(&rest)
            } else if rest.hasPrefix("\\") && !closing.hasSuffix("#") {
                rest.removeFirst(min(2, rest.count))
            } else if rest.hasPrefix(closing) {
                rest.removeFirst(closing.count)
                state = .code
                code += "\""
            } else {
                rest.removeFirst()
            }
        }
    }

    private static func opening(of rest: Substring) -> String? {
        let hashes = rest.prefix { $0 == "#" }
        let quotes = rest.dropFirst(hashes.count)
        if quotes.hasPrefix("\"\"\"") { return hashes + "\"\"\"" }
        return quotes.hasPrefix("\"") ? hashes + "\"" : nil
    }

    /// To the parenthesis that closes it; strings inside may hold parentheses of their own.
    private static func skipInterpolation(_ rest: inout Substring) {
        rest.removeFirst(2)
        var depth = 1
        var isQuoted = false
        while depth > 0, let character = rest.popFirst() {
            switch character {
            case "\\": if isQuoted, !rest.isEmpty, rest.first != "(" { rest.removeFirst() }
            case "\"": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted: depth -= 1
            default: break
            }
        }
    }
}
