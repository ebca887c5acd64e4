enum FirewallKeys {
    private static let standard = Firewall()

    static let rules = Field(
        "rules", .list(of: .choice, isSet: true), default: standard.rules, "Which groups of rules look at a request.")
    static let mode = Field(
        "mode", .choice, default: standard.mode,
        "block: what the rules find is refused. count: it passes, and is counted and logged.")
    static let rateLimit = Field(
        "rate-limit",
        .either(.switchedOff, when: { $0.text != nil }, or: RateLimitKeys.shape.optional), default: standard.rateLimit,
        "How many requests one client may send; `none` for any number.")
    static let allow = Field("allow", .addressBlocks, default: [], "Addresses that are never refused or limited.")
    static let deny = Field("deny", .addressBlocks, default: [], "Addresses that are refused.")
    static let trustedProxies = Field(
        "trusted-proxies", .addressBlocks, default: [],
        "Proxies before this edge whose X-Forwarded-For tells the client's address.")
    static let largestBody = Field(
        "largest-body", Shape<ByteCount>.size.optional, default: nil, "Longer request bodies are refused with 413.")

    static let all: [any ManifestKey] = [rules, mode, rateLimit, allow, deny, trustedProxies, largestBody]

    static let shape: Shape<Firewall> = .section(all) { section, report in
        Firewall(
            rules: section.read(rules, &report), mode: section.read(mode, &report),
            rateLimit: section.read(rateLimit, &report), allow: section.read(allow, &report),
            deny: section.read(deny, &report), trustedProxies: section.read(trustedProxies, &report),
            largestBody: section.read(largestBody, &report))
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

extension Shape where Value == [AddressBlock] {
    /// A list is walked for every request.
    private static let longest = 100

    static var addressBlocks: Shape {
        Shape.list(of: .addressBlock, isSet: true).refusing(allowed: "at most \(longest) blocks") {
            $0.count > longest ? "has \($0.count) blocks" : nil
        }
    }
}

extension Shape where Value == AddressBlock {
    fileprivate static var addressBlock: Shape {
        let rule = TextRule(
            pattern: "^[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?$",
            allowed: "an address or a block without bits outside of its prefix: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32",
            mistake: { AddressBlock($0) == nil ? "is not a block of addresses" : nil })
        return Shape<String>.text(rule).map(
            { AddressBlock($0) ?? AddressBlock.nothing }, back: { $0.description })
    }
}

extension AddressBlock {
    /// Never seen in a stack: the text has been checked.
    fileprivate static let nothing = AddressBlock(address: NetworkAddress(ipv4: 0), prefix: 32)
}
