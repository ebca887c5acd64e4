/// Rules for names that other systems give meaning to.
extension TextRule {
    /// Environment variables that Terrace sets itself; `PG` stands for all of libpq's.
    private static let reserved: Set<String> = ["PORT", "DATABASE_URL", "DATABASE_READER_URL"]

    /// Names of environment variables and secrets.
    static let variable = TextRule(
        pattern: "^(?!PG|PORT$|DATABASE_URL$|DATABASE_READER_URL$)[A-Z_][A-Z0-9_]{0,127}$",
        allowed:
            "A-Z, 0-9 and _, not beginning with a digit; PORT, PG…, DATABASE_URL and DATABASE_READER_URL are set by "
            + "Terrace"
    ) { text in
        let bytes = text.utf8
        let isName =
            (1...128).contains(bytes.count) && bytes.first?.isDigit == false
            && bytes.allSatisfy { $0.isUpper || $0.isDigit || $0 == UInt8(ascii: "_") }
        if !isName { return "is not a name for a variable" }
        return reserved.contains(text) || text.hasPrefix("PG") ? "is set by Terrace itself" : nil
    }

    /// Host names as certificates and Route 53 take them: RFC 1123 labels, lower case.
    static let domain = TextRule(
        pattern: "^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        allowed: "a host name in lower case such as shop.example.com"
    ) { text in
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hyphen = UInt8(ascii: "-")
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { $0.isLower || $0.isDigit || $0 == hyphen }
        }
        let isDomain = labels.count > 1 && text.utf8.count <= 253 && areLabels && labels.last?.first?.isLower == true
        return isDomain ? nil : "is not a host name"
    }

    /// AWS's commercial regions. Source: account management, "regions", read 2026-11.
    private static let regions = [
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
        "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
        "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1",
        "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ]

    static let region = TextRule(
        pattern: "^(\(regions.joined(separator: "|")))$", allowed: "an AWS region such as us-east-1 or eu-central-1",
        mistake: { regions.contains($0) ? nil : "is not a region" }, known: regions)

    /// `errors`, `web-cpu`: an alarm of a stack.
    static let alarm = TextRule(pattern: "^[a-z][a-z0-9-]{0,62}$", allowed: "the name of an alarm") { text in
        let isName =
            text.utf8.first?.isLower == true && text.utf8.count <= 63
            && text.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") }
        return isName ? nil : "is not the name of an alarm"
    }

    /// Where alarms go.
    static let notification = TextRule(
        pattern: "^(\(mailPattern)|https://[!-~]{1,1000}|http://(localhost|127\\.0\\.0\\.1)[:/][!-~]{0,1000})$",
        allowed: "a mail address, an https URL, or an http URL of localhost"
    ) { text in
        let own = ["http://localhost:", "http://localhost/", "http://127.0.0.1:", "http://127.0.0.1/"]
        if let scheme = (own + ["https://"]).first(where: text.hasPrefix) {
            let rest = text.utf8.dropFirst(scheme.utf8.count)
            let least = scheme == "https://" ? 1 : 0
            return (least...1000).contains(rest.count) && rest.allSatisfy { (0x21...0x7E).contains($0) }
                ? nil : "is not a URL"
        }
        return mistake(inAddress: text)
    }

    static let mailAddress = TextRule(
        pattern: "^\(mailPattern)$", allowed: "a mail address", mistake: mistake(inAddress:))

    private static let mailPattern = "[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+"

    @Sendable private static func mistake(inAddress text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), parts[0].allSatisfy(isMailbox) else {
            return "is not an address"
        }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(isHostCharacter) }
        return labels.count > 1 && areLabels ? nil : "is not an address"
    }

    /// A server by its name or its IPv4 address.
    static let host = TextRule(
        pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", allowed: "a host name or an IPv4 address"
    ) { text in
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 253 else { return "is not a host name" }
        let isAlphanumeric = { (byte: UInt8) in byte.isLower || byte.isUpper || byte.isDigit }
        let isHost =
            isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isHostCharacter($0) || $0 == UInt8(ascii: ".") }
        return isHost ? nil : "is not a host name"
    }

    private static func isMailbox(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isUpper || byte.isDigit || "._%+-".utf8.contains(byte)
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isUpper || byte.isDigit || byte == UInt8(ascii: "-")
    }

    /// AWS's rule for tag keys, less its own prefix and ours. Source: Tagging AWS resources, read 2026-11.
    static let tagName = TextRule(
        pattern: "^(?![Aa][Ww][Ss]:|[Tt][Ee][Rr][Rr][Aa][Cc][Ee]:)[A-Za-z0-9 _.:/=+@-]{1,128}$",
        allowed: "at most 128 letters, digits, spaces and _ . : / = + - @; not beginning with aws: or terrace:"
    ) { text in
        let isOurs = text.lowercased().hasPrefix("aws:") || text.lowercased().hasPrefix("terrace:")
        return (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isTag) && !isOurs
            ? nil : "is not a name for a tag"
    }

    static let tagValue = TextRule(
        pattern: "^[A-Za-z0-9 _.:/=+@-]{0,256}$", allowed: "at most 256 letters, digits, spaces and _ . : / = + - @",
        mistake: { $0.utf8.count <= 256 && $0.utf8.allSatisfy(isTag) ? nil : "is not a value for a tag" },
        types: anyScalar)

    private static func isTag(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isUpper || byte.isDigit || " _.:/=+-@".utf8.contains(byte)
    }
}
