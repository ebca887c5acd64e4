/// Whole numbers above a limit as a regular expression: WAF compares a header as a text only.
///
/// 1048576 → `^0*(?:[1-9][0-9]{7,}|[2-9][0-9]{6}|1[1-9][0-9]{5}|…|1048577)$`
package struct NumberPattern: Sendable, Equatable {
    /// Zero or more.
    package let limit: Int

    package init(over limit: Int) { self.limit = limit }

    /// Nil for what this type has not written.
    package init?(_ text: String) {
        guard text.hasSuffix(Self.tail), let bar = text.lastIndex(of: "|"),
            let least = Int(text[text.index(after: bar)...].dropLast(Self.tail.count)), least > 0
        else { return nil }
        self.init(over: least - 1)
        guard self.text == text else { return nil }
    }

    private static let head = "^0*(?:"
    private static let tail = ")$"

    /// More digits, then the same length with a greater digit at one place, then the least number itself.
    package var text: String {
        let digits = String(limit + 1).map { $0 }
        let greater = digits.indices.compactMap { index -> String? in
            guard let digit = digits[index].wholeNumberValue, digit < 9 else { return nil }
            return String(digits[..<index]) + Self.range(digit + 1) + Self.any(digits.count - index - 1)
        }
        let all = ["[1-9][0-9]{\(digits.count),}"] + greater + [String(digits)]
        return Self.head + all.joined(separator: "|") + Self.tail
    }

    private static func range(_ digit: Int) -> String { digit == 9 ? "9" : "[\(digit)-9]" }

    private static func any(_ count: Int) -> String {
        switch count {
        case 0: ""
        case 1: "[0-9]"
        default: "[0-9]{\(count)}"
        }
    }
}
