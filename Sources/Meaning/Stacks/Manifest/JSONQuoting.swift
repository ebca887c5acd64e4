extension String {
    /// As a string of JSON, with its quotes. Only what must be escaped is (RFC 8259 §7).
    package var quotedForJSON: String { "\"\(escapedForJSON)\"" }

    /// The same without its quotes.
    package var escapedForJSON: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case ..<" ": result += scalar.numberForJSON
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// `\u0026`, for what has at most four digits.
    package var numberForJSON: String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
