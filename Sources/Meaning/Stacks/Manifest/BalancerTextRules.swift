/// Texts in the balancer's rules, as an ALB takes them. Sources: ELBv2 RuleCondition and RedirectActionConfig, read 2026-11.
extension TextRule {
    static let hostPattern = TextRule(
        pattern: "^(?=.{1,128}$)[A-Za-z0-9*?.-]*\\.[A-Za-z]+$",
        allowed: "a host name such as shop.example.com or *.example.com, without port"
    ) { text in
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isPattern =
            (1...128).contains(text.utf8.count) && parts.count > 1
            && text.utf8.allSatisfy { $0.isLower || $0.isUpper || $0.isDigit || "*?.-".utf8.contains($0) }
            && parts.last.map { !$0.isEmpty && $0.allSatisfy { $0.isLower || $0.isUpper } } == true
        return isPattern ? nil : "is not a host name"
    }

    static let headerPattern = TextRule(
        pattern: "^[ -~]{1,128}$", allowed: "1 to 128 printable characters; * is any run of them, ? is one",
        mistake: { text in
            (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                ? nil : "is not a header's value"
        }, types: anyScalar)

    static let method = TextRule(
        pattern: "^[A-Z_-]{1,40}$", allowed: "a method in capitals",
        mistake: { text in
            let isMethod =
                (1...40).contains(text.utf8.count)
                && text.utf8.allSatisfy { $0.isUpper || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            return isMethod ? nil : "is not a method"
        }, known: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

    static let redirectProtocol = TextRule(
        pattern: "^(HTTPS?|#\\{protocol\\})$", allowed: "HTTP, HTTPS or #{protocol}",
        mistake: { ["HTTP", "HTTPS", Redirect.sameProtocol].contains($0) ? nil : "is not a protocol" },
        known: ["HTTP", "HTTPS", Redirect.sameProtocol])

    static let redirectPort = TextRule(
        pattern: "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]|#\\{port\\})$",
        allowed: "a port from 1 to 65535, or #{port}",
        mistake: { text in
            if text == Redirect.samePort { return nil }
            let isPort =
                (1...5).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "0")
                && text.utf8.allSatisfy(\.isDigit) && Int(text).map { $0 <= 65_535 } == true
            return isPort ? nil : "is not a port"
        }, types: ["string", "number"])

    static let redirectHost = placeholders(
        ["host"], pattern: "^(?=.{1,128}$)([A-Za-z0-9.-]|#\\{host\\})*$", isEmptyAllowed: false,
        allowed: "a host name, in which #{host} may stand"
    ) { $0.isLower || $0.isUpper || $0.isDigit || ".-".utf8.contains($0) }

    static let redirectPath = placeholders(
        ["host", "port", "path"], begins: "/", pattern: "^(?=.{1,128}$)/([!-\"$->@-~]|#\\{(host|port|path)\\})*$",
        isEmptyAllowed: false,
        allowed: "a path of at most 128 characters that begins with /, in which #{host}, #{port} and #{path} may stand"
    ) { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }

    static let redirectQuery = placeholders(
        ["protocol", "host", "port", "path", "query"],
        pattern: "^(?=.{0,128}$)([!-\"$-~]|#\\{(protocol|host|port|path|query)\\})*$", isEmptyAllowed: true,
        allowed: "at most 128 characters, in which #{protocol}, #{host}, #{port}, #{path} and #{query} may stand"
    ) { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }

    static let answerBody = TextRule(
        pattern: "^[\\s\\S]{0,1024}$", allowed: "at most 1024 bytes",
        mistake: { $0.utf8.count <= FixedAnswer.longestBody ? nil : "is longer than 1024 bytes" }, types: anyScalar)

    /// A text of allowed characters and of placeholders by these names.
    private static func placeholders(
        _ names: [String], begins: String = "", pattern: String, isEmptyAllowed: Bool, allowed: String,
        _ isAllowed: @escaping @Sendable (UInt8) -> Bool
    ) -> TextRule {
        TextRule(
            pattern: pattern, allowed: allowed,
            mistake: { text in
                guard text.hasPrefix(begins) else { return "does not begin with \(begins)" }
                guard isEmptyAllowed || !text.isEmpty else { return "is empty" }
                guard text.utf8.count <= 128 else { return "is longer than 128 characters" }
                var rest = text[...]
                while let start = rest.firstIndex(of: "#") {
                    guard rest[..<start].utf8.allSatisfy(isAllowed) else {
                        return "holds a character that is not allowed"
                    }
                    guard let name = names.first(where: { rest[start...].hasPrefix("#{\($0)}") }) else {
                        return "holds a # that begins none of its placeholders"
                    }
                    rest = rest[start...].dropFirst(name.count + 3)
                }
                return rest.utf8.allSatisfy(isAllowed) ? nil : "holds a character that is not allowed"
            })
    }
}
