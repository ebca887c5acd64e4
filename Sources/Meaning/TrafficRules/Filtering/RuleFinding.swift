/// One rule that matched, as the log tells it: never with the value that matched, which may be a password.
package struct RuleFinding: Sendable, Equatable {
    /// `942100`, or the name of a size.
    package var rule: String
    package var message: String
    /// Which part of the request: `ARGS:id`, `REQUEST_HEADERS:User-Agent`.
    package var part: String

    package init(rule: String, message: String, part: String) {
        (self.rule, self.message, self.part) = (rule, message, part)
    }

    /// Reads a line that libmodsecurity writes for a rule that matched:
    /// `ModSecurity: Warning. Matched "Operator …" against variable `ARGS:id' (Value: …) [file "…"] [id "942100"] [msg "…"]`.
    /// A client that puts such brackets into its value can misname the rule in the log. It cannot hide that one matched,
    /// nor forge the line of `total`, in front of whose number no text of a client stands.
    package init?(line: some StringProtocol) {
        var rest = Array(line.utf8)[...]
        guard let id = Self.bracketed("[id \"", in: &rest), !id.isEmpty, id.utf8.allSatisfy(\.isDigit) else {
            return nil
        }
        rule = id
        message = Self.bracketed("[msg \"", in: &rest) ?? ""
        part = Self.variable(in: Array(line.utf8)[...])
    }

    /// The rule that adds up what the others found and refuses.
    package static let total = "949110"

    /// The text after the first `opening`, up to its quote; `line` goes on behind it.
    private static func bracketed(_ opening: String, in line: inout ArraySlice<UInt8>) -> String? {
        guard let rest = after(opening, in: line), let end = rest.firstIndex(of: 34) else { return nil }
        line = rest[end...]
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private static func after(_ mark: String, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let wanted = Array(mark.utf8)
        var start = line.startIndex
        while let first = line[start...].firstIndex(of: wanted[0]) {
            if line[first...].starts(with: wanted) { return line[(first + wanted.count)...] }
            start = first + 1
        }
        return nil
    }

    /// Names hold no spaces and are cut: a parameter's name is the client's too.
    private static func variable(in line: ArraySlice<UInt8>) -> String {
        let start = after("against variable `", in: line) ?? after("found within ", in: line)
        guard let name = start?.prefix(128).prefix(while: { $0 != 39 && $0 != 32 }) else { return "" }
        return String(decoding: name.last == 58 ? name.dropLast() : name, as: UTF8.self)
    }
}
