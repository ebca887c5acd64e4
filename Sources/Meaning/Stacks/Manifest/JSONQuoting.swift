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
            case "\t": result += "\\t"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
