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

extension Shape where Value == RoutePattern {
    static var pattern: Shape {
        Shape<String>.text(.routePattern).map({ RoutePattern(unchecked: $0) }, back: { $0.text })
    }
}
