enum CacheRuleKeys {
    static let path = Field(
        "path", .pattern, required: .everything, "Which paths: * is any run of characters, ? is one.")
    static let ttl = Field(
        "ttl", .cacheLifetime, required: CacheLifetime(standard: .zero),
        "How long an answer is kept that does not say so itself; { min, default, max } also bounds what answers say.")
    static let query = Field(
        "query", .selection(of: .parameterName), default: .all,
        "Which parameters of the query tell answers apart: all, none or a list of names.")
    static let cookies = Field(
        "cookies", .selection(of: .parameterName), default: .none,
        "Which cookies tell answers apart: all, none or a list of names.")
    static let headers = Field(
        "headers", .list(of: .text(.headerName), isSet: true), default: [],
        "Which request headers tell answers apart, besides those that an answer's Vary names.")

    static let all: [any ManifestKey] = [path, ttl, query, cookies, headers]

    static let shape: Shape<CacheRule> = .section(all) { section, report in
        let lifetime = section.read(ttl, &report)
        return CacheRule(
            path: section.read(path, &report), ttl: lifetime.standard, minimum: lifetime.minimum,
            maximum: lifetime.maximum, query: section.read(query, &report), cookies: section.read(cookies, &report),
            headers: Set(section.read(headers, &report).map { $0.lowercased() }).sorted())
    }
}

/// A rule's three times, while it is being read.
struct CacheLifetime: Sendable {
    var minimum = Duration.zero
    var standard: Duration
    var maximum = CacheRule.longest
}

enum CacheLifetimeKeys {
    private static let range = Duration.zero...CacheRule.longest
    /// CloudFront's own default. Source: CachePolicyConfig, read 2026-11.
    private static let day = Duration.seconds(86_400)

    static let min = Field("min", .duration(range), default: .zero, "At least so long, whatever the answer says.")
    static let standard = Field(
        "default", Shape<Duration>.duration(range).optional, default: nil,
        "When the answer says nothing; 1d within min and max.")
    static let max = Field("max", .duration(range), default: CacheRule.longest, "At most so long.")

    static let all: [any ManifestKey] = [min, standard, max]

    static let shape: Shape<CacheLifetime> = .section(all) { section, report in
        let (least, most) = (section.read(min, &report), section.read(max, &report))
        guard least <= most else {
            report.error(
                section.place(of: min), "min \(least.written) is more than max \(most.written)",
                allowed: "min up to max")
            return nil
        }
        let wanted = section.read(standard, &report)
        if let wanted, !(least...most).contains(wanted) {
            report.error(
                section.place(of: standard), "\(wanted.written) is out of range",
                allowed: "\(least.written) to \(most.written)")
            return nil
        }
        return CacheLifetime(
            minimum: least, standard: wanted ?? Swift.min(Swift.max(day, least), most), maximum: most)
    }
}

extension Shape where Value == CacheLifetime {
    /// `1d`, or `{ min: 0s, default: 1d, max: 365d }`.
    fileprivate static var cacheLifetime: Shape {
        let short = Shape<Duration>.duration(.zero...CacheRule.longest).map(
            { CacheLifetime(standard: $0) }, back: { $0.standard })
        return .either(short, when: { $0.entries == nil }, or: CacheLifetimeKeys.shape)
    }
}

extension Shape where Value == CacheRule.Selection {
    /// `all`, `none`, or a list of names.
    fileprivate static func selection(of name: TextRule) -> Shape {
        let words: [String: CacheRule.Selection] = ["all": .all, "none": .none]
        var word = Shape(schema: .object([("enum", .list(["all", "none"].map(JSON.text)))])) { found, report in
            if let choice = found.text.flatMap({ words[$0] }) { return choice }
            report.error(
                found, "found \(found.value.described)", allowed: "all, none, or a list of names",
                nearest: found.text.flatMap { Nearest.word(to: $0, in: ["all", "none"]) })
            return nil
        }
        word.literal = { choice in words.first { $0.value == choice }.map { .text($0.key) } }
        let names = Shape<[String]>.list(of: .text(name), isSet: true).map(
            { $0.isEmpty ? CacheRule.Selection.none : .named($0.sorted()) }, back: { _ in nil })
        return .either(word, when: { !$0.isList }, or: names)
    }
}

extension ManifestValue {
    fileprivate var isList: Bool {
        if case .list = content { true } else { false }
    }
}

extension TextRule {
    /// As CloudFront takes them in cache policies.
    static let parameterName = TextRule(
        pattern: "^[!-%'-:<>-~]{1,128}$",
        allowed: "a name of at most 128 printable characters without spaces, & ; and =",
        mistake: { text in
            let isName =
                (1...128).contains(text.utf8.count)
                && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"&;=".utf8.contains($0) }
            return isName ? nil : "is not a name"
        }, types: anyScalar)

    /// A token of RFC 9110.
    static let headerName = TextRule(
        pattern: "^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,128}$", allowed: "a header's name, such as Accept-Language"
    ) { text in
        let marks = "!#$%&'*+-.^_`|~".utf8
        let isToken =
            (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isLower || $0.isUpper || $0.isDigit || marks.contains($0) }
        return isToken ? nil : "is not a header's name"
    }
}
