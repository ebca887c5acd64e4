import Stacks

/// The firewall before CloudFront, with a log of what it refused.
extension StackResources {
    private static let logDays = 30

    var webACL: Address { address(.edge, .webACL) }
    /// What it refused, in us-east-1.
    package static let firewallLog = Address(.edge, ResourceKind.logGroup.rawValue, "firewall")
    var hasFirewall: Bool { !firewallRules.isEmpty && !routed.isEmpty }

    var firewall: [Resource] {
        guard hasFirewall else { return [] }
        let group = Self.firewallLog
        let name = names.name(limit: 128)
        return addressSets.map(\.resource) + [
            Resource(
                webACL,
                .webACL(
                    WebACLSettings(
                        name: Value(name), description: "Firewall of \(stack.fullName)", rules: firewallRules,
                        metric: name))),
            Resource(
                group,
                // WAF takes no other beginning of the name.
                .logGroup(
                    LogGroupSettings(
                        name: "aws-waf-logs-\(names.name(limit: 400))", retentionDays: Self.logDays)),
                place: .edge),
            Resource(
                address(.edge, .webACLLogging),
                .webACLLogging(WebACLLoggingSettings(webACL: arn(webACL), destination: arn(group)))),
        ]
    }

    // MARK: Rules

    /// In the order of this machine's firewall: lists, the announced size, how often a client asks, then what costs time.
    /// Priorities stay free for a list that comes later.
    private var firewallRules: [FirewallRule] { listRules + bodyRule + rateRule + groupRules }

    private var listRules: [FirewallRule] {
        addressSets.map { set in
            let addresses = arn(set.resource.address)
            return FirewallRule(
                name: set.word, priority: set.place, statement: set.allows ? .allowed(addresses) : .denied(addresses))
        }
    }

    private var bodyRule: [FirewallRule] {
        guard let limit = stack.edge.firewall.largestBody?.bytes else { return [] }
        return [
            FirewallRule(
                name: "largest-body", priority: 4,
                statement: limit <= FirewallRule.longestSeenBody ? .longBody(over: limit) : .announcedBody(over: limit))
        ]
    }

    private var rateRule: [FirewallRule] {
        guard let limit = stack.edge.firewall.rateLimit else { return [] }
        return [
            FirewallRule(
                name: "rate-limit", priority: 5, statement: .rate(limit: limit.requests, window: limit.per.wholeSeconds)
            )
        ]
    }

    private var groupRules: [FirewallRule] {
        let settings = stack.edge.firewall
        return settings.rules.enumerated().map { index, rule in
            FirewallRule(
                name: rule.rawValue, priority: 10 * (index + 1),
                statement: .managed(rule.managedGroup, counted: rule.countedRules),
                onlyCounts: settings.mode == .count)
        }
    }

    // MARK: Lists of addresses

    private struct AddressSet {
        let word: String
        /// Its rule's priority.
        let place: Int
        let allows: Bool
        let resource: Resource
    }

    /// A set holds addresses of one family.
    private var addressSets: [AddressSet] {
        let lists = stack.edge.firewall
        let wanted: [(word: String, blocks: [AddressBlock], family: IPSetSettings.Family)] = [
            ("allow-ipv4", lists.allow, .ipv4), ("allow-ipv6", lists.allow, .ipv6),
            ("deny-ipv4", lists.deny, .ipv4), ("deny-ipv6", lists.deny, .ipv6),
        ]
        return wanted.enumerated().compactMap { place, list in
            let blocks = list.blocks.filter { $0.address.isIPv4 == (list.family == .ipv4) }
            guard !blocks.isEmpty else { return nil }
            let settings = IPSetSettings(
                name: Value(names.name(list.word, limit: 128)),
                description: "\(list.word) of the firewall of \(stack.fullName)", family: list.family,
                addresses: blocks.flatMap(\.withoutWholeSpace).map(\.description))
            return AddressSet(
                word: list.word, place: place, allows: place < 2,
                resource: Resource(address(.edge, .ipSet, list.word), .ipSet(settings)))
        }
    }
}

extension AddressBlock {
    /// WAF takes no `/0`; its two halves say the same.
    fileprivate var withoutWholeSpace: [AddressBlock] {
        guard prefix == 0 else { return [self] }
        let half = address.isIPv4 ? NetworkAddress(ipv4: 1 << 31) : NetworkAddress(high: 1 << 63, low: 0)
        return [AddressBlock(address: address, prefix: 1), AddressBlock(address: half, prefix: 1)]
    }
}

extension Firewall.RuleGroup {
    fileprivate var managedGroup: String {
        switch self {
        case .common: "AWSManagedRulesCommonRuleSet"
        case .badInputs: "AWSManagedRulesKnownBadInputsRuleSet"
        case .sqlInjection: "AWSManagedRulesSQLiRuleSet"
        case .ipReputation: "AWSManagedRulesAmazonIpReputationList"
        }
    }

    /// The common group refuses bodies over 8 KB, which no upload survives: `largest-body` bounds those, as on this machine.
    fileprivate var countedRules: [String] { self == .common ? ["SizeRestrictions_BODY"] : [] }
}
