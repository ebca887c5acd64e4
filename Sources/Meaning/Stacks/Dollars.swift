/// An amount of US dollars, exact to a billionth: the smallest prices of AWS are some hundred billionths. Holds up to nine
/// billion dollars either way.
package struct Dollars: Sendable, Hashable, Comparable {
    package var billionths: Int

    package init(billionths: Int) { self.billionths = billionths }

    package static let zero = Dollars(billionths: 0)
    package static func cents(_ count: Int) -> Dollars { Dollars(billionths: count * 10_000_000) }

    /// `0.045`, `1.25`, `400`: digits, and up to nine more behind a point. Nil for everything else.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ part in !part.isEmpty && part.allSatisfy(\.isDigit) }),
            let whole = Int(String(decoding: parts[0], as: UTF8.self)), whole < 9_000_000_000
        else { return nil }
        let fraction = parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : ""
        guard fraction.count <= 9, let rest = Int(fraction + String(repeating: "0", count: 9 - fraction.count)) else {
            return nil
        }
        billionths = whole * 1_000_000_000 + rest
    }

    package static func < (left: Dollars, right: Dollars) -> Bool { left.billionths < right.billionths }
    package static func + (left: Dollars, right: Dollars) -> Dollars {
        Dollars(billionths: left.billionths + right.billionths)
    }
    package static func - (left: Dollars, right: Dollars) -> Dollars {
        Dollars(billionths: left.billionths - right.billionths)
    }
    package static func += (left: inout Dollars, right: Dollars) { left = left + right }

    /// To the nearest cent, halves away from zero: so a column of amounts adds up to the sum below it.
    package var roundedToCents: Dollars {
        let cent = 10_000_000
        let half = billionths < 0 ? -cent / 2 : cent / 2
        return Dollars(billionths: (billionths + half) / cent * cent)
    }
}

extension Dollars: CustomStringConvertible {
    /// In cents: `$0.05`, `$1,234.50`, `-$3.00`.
    package var description: String {
        let cents = abs(roundedToCents.billionths / 10_000_000)
        let rest = cents % 100
        return
            "\(billionths < 0 && cents > 0 ? "-" : "")$\(Dollars.grouped(cents / 100)).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Every digit that counts, of cents both: `$0.045`, `$0.0000006`, `$0.40`, `$5`.
    package var exact: String {
        let size = abs(billionths)
        var fraction = String(size % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        if fraction.count == 1 { fraction += "0" }
        let whole = Dollars.grouped(size / 1_000_000_000)
        return "\(billionths < 0 ? "-" : "")$\(whole)\(fraction.isEmpty ? "" : ".\(fraction)")"
    }

    private static func grouped(_ whole: Int) -> String {
        var digits = Array(String(whole))
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
        return String(digits)
    }
}

extension Dollars: Encodable {
    /// `1234.50`: `exact` without its marks.
    package var plain: String { exact.filter { $0 != "$" && $0 != "," } }

    /// As a text: a JSON number would become a binary fraction in most readers.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(plain)
    }
}
