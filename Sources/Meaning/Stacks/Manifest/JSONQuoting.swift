extension String {
    /// As a string of JSON, with its quotes. Only what must be escaped is (RFC 8259 §7).
    package var quotedForJSON: String { "\"\(escapedForJSON)\"" }

    /// The same without its quotes.
    package var escapedForJSON: String {
        var result = ""
        for scalar in unicodeScalars {
            if let mark = scalar.escapedInQuotes {
                result += mark
                continue
            }
            switch scalar {
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
    /// How JSON, YAML and Terraform alike write what ends or breaks a text in quotes; nil for everything else.
    package var escapedInQuotes: String? {
        switch self {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: nil
        }
    }

    /// `\u0026`, for what has at most four digits.
    package var numberForJSON: String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
