enum EdgeKeys {
    static let domain = Field(
        "domain", Shape<String>.text(.domain).optional, default: nil,
        "The application's host name; brings certificates and DNS records on AWS.")
    static let origin = Field(
        "origin", Shape<Edge.Origin>.choice.optional, default: nil,
        "public: the load balancer stands in public subnets behind a secret header, which needs a domain. private: "
            + "internal, behind a CloudFront VPC origin. public is the default with a domain.")
    static let cache = Field(
        "cache", .list(of: CacheRuleKeys.shape), default: [],
        "How long answers without a freshness of their own are kept; the first rule that matches wins.")
    static let firewall = Field("firewall", FirewallKeys.shape, default: Firewall(), "What is refused before it costs.")

    static let all: [any ManifestKey] = [domain, origin, cache, firewall]

    static let shape: Shape<Edge> = .section(all) { section, report in
        let domain = section.read(EdgeKeys.domain, &report)
        let origin = section.read(EdgeKeys.origin, &report)
        if origin == .public, !section.has(EdgeKeys.domain) {
            report.error(
                section.place(of: EdgeKeys.origin), "a public origin needs `domain:`",
                allowed: "private, or a domain beside it", nearest: "private")
        }
        return Edge(
            domain: domain, origin: origin ?? (domain == nil ? .private : .public),
            cache: section.read(cache, &report), firewall: section.read(firewall, &report))
    }
}

enum CacheRuleKeys {
    static let path = Field(
        "path", .pattern, required: .everything, "Which paths: * is any run of characters, ? is one.")
    static let ttl = Field("ttl", .duration(.zero...(.seconds(365 * 86_400))), required: .zero, "How long.")

    static let all: [any ManifestKey] = [path, ttl]

    static let shape: Shape<CacheRule> = .section(all) { section, report in
        CacheRule(path: section.read(path, &report), ttl: section.read(ttl, &report))
    }
}

enum FirewallKeys {
    private static let standard = Firewall()

    static let rules = Field(
        "rules", .list(of: .choice, isSet: true), default: standard.rules, "Which groups of rules look at a request.")
    static let rateLimit = Field(
        "rate-limit",
        .either(.switchedOff, when: { $0.text != nil }, or: RateLimitKeys.shape.optional), default: standard.rateLimit,
        "How many requests one client may send; `none` for any number.")

    static let all: [any ManifestKey] = [rules, rateLimit]

    static let shape: Shape<Firewall> = .section(all) { section, report in
        Firewall(rules: section.read(rules, &report), rateLimit: section.read(rateLimit, &report))
    }
}

enum RateLimitKeys {
    private static let standard = Firewall.RateLimit()

    /// AWS WAF's own range and windows. Source: RateBasedStatement, read 2026-11.
    static let requests = Field(
        "requests", .integer(in: 10...2_000_000_000), default: standard.requests, "Requests of one client address.")
    static let per = Field(
        "per", .duration(among: [60, 120, 300, 600].map { .seconds($0) }), default: standard.per, "In any such time.")

    static let all: [any ManifestKey] = [requests, per]

    static let shape: Shape<Firewall.RateLimit> = {
        var shape = Shape<Firewall.RateLimit>.section(all) { section, report in
            Firewall.RateLimit(requests: section.read(requests, &report), per: section.read(per, &report))
        }
        shape.literal = { .object([("requests", .number($0.requests)), ("per", .text($0.per.written))]) }
        return shape
    }()
}

extension Shape where Value == Firewall.RateLimit? {
    /// The word `none`.
    fileprivate static var switchedOff: Shape {
        Shape(schema: .object([("const", .text("none"))])) { found, report in
            guard found.text != "none" else { return .some(nil) }
            report.error(
                found, "found \(found.value.described)", allowed: "none, or a mapping: { requests: 2000, per: 5m }")
            return nil
        }
    }
}

extension Shape where Value == RoutePattern {
    static var pattern: Shape {
        Shape<String>.text(.routePattern).map({ RoutePattern(unchecked: $0) }, back: { $0.text })
    }
}
