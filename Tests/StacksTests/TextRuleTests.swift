import Testing

@testable import Stacks

/// A rule is written twice, as code and as a pattern for editors; both must say the same about every word.
@Suite struct TextRuleTests {
    static let rules: [(name: String, rule: TextRule)] = [
        ("name", .name), ("anyText", .anyText), ("path", .path), ("routePattern", .routePattern),
        ("instanceClass", .instanceClass), ("postgresVersion", .postgresVersion), ("variable", .variable),
        ("domain", .domain), ("region", .region), ("notification", .notification), ("tagName", .tagName),
        ("tagValue", .tagValue), ("hostPattern", .hostPattern), ("headerPattern", .headerPattern), ("method", .method),
        ("redirectProtocol", .redirectProtocol), ("redirectPort", .redirectPort), ("redirectHost", .redirectHost),
        ("redirectPath", .redirectPath), ("redirectQuery", .redirectQuery), ("answerBody", .answerBody),
    ]

    static let short = [
        "", " ", "a", "A", "-", "_", "0", "a-", "-a", "a-b", "shop", "Shop", "shop_1", "a b", "/", "/a", "/a b",
        "/*", "/a?b=c",
        "/~\"'$@:+&.", "/ü", "a/", "//", "auto", "12", "13", "16", "16.8", "16.8.1", "16.", ".16", "16.123", "20",
        "19.99",
        "1x", "PORT", "PORTS", "PG", "PGX", "P", "DATABASE_URL", "DATABASE_URL2", "DATABASE_READER_URL",
        "LOG_LEVEL", "_A",
        "1A", "log", "db.t4g.medium", "db.t4g", "db..x", "db.a.b.c", "DB.t4g.medium", "example.com",
        "a.b.c.example.com",
        "localhost", "example.com.", ".example.com", "-a.example.com", "a-.example.com", "10.0.0.1", "example.1a",
        "xn--a.de",
        "us-east-1", "us-east-9", "US-EAST-1", "ops@example.com", "ops@", "@example.com", "a@b", "a@b.c", "a@b@c.d",
        "a@b..c",
        "https://", "https://x", "https://x y", "http://x", "aws:x", "AWS:x", "terrace:x", "team name", "a=b", "ü",
        "\n", "a\n", "*.example.com", "*.example.*", "sh?p.Example.COM", "a.b:443", "GET", "get", "M-SEARCH", "A_B",
        "HTTP", "HTTPS", "http", "#{protocol}", "#{host}", "#{port}", "#{path}", "#{query}", "#{x}", "#", "#{host",
        "/#{path}", "/#{host}/#{port}", "/#{query}", "www.#{host}", "#{host}#{host}", "a=#{query}&b", "/a?b", "1",
        "443",
        "9999", "65535", "65536", "70000", "00", "99999",
    ]

    /// Around the lengths that rules end at.
    static let long: [String] = [31, 32, 63, 64, 128, 129, 253, 256, 257, 1024, 1025].flatMap { count -> [String] in
        let (lower, upper) = (String(repeating: "a", count: count), String(repeating: "A", count: count))
        return [lower, upper, "/" + lower.dropLast(), "A" + lower.dropLast(), lower + ".de"]
    }

    @Test(arguments: rules) func theCodeAndThePatternAgree(_ name: String, _ rule: TextRule) throws {
        let pattern = try Regex(rule.pattern)
        for word in Self.short + Self.long where !word.utf8.contains(10) {
            #expect(rule.accepts(word) == (word.firstMatch(of: pattern) != nil), "\(name): \(word.debugDescription)")
        }
    }

    @Test func aLineBreakIsInNoName() {
        for (name, rule) in Self.rules where !["anyText", "answerBody"].contains(name) {
            #expect(!rule.accepts("a\n"), "\(name)")
        }
    }
}
