import AWSServices
import AWSWire
import Resources

extension WebACLSettings {
    /// As WAF tells it, without what AWS adds by itself.
    init(_ acl: WAFv2.WebACL) {
        self.init(
            name: Value(acl.name ?? ""), description: acl.description ?? "",
            rules: acl.rules.filter { !WebACLCalls.isShieldsOwn($0) }.map(FirewallRule.init(_:)),
            metric: acl.visibilityConfig?.metricName ?? "")
    }
}

/// What is said to WAF about a web ACL.
enum WebACLCalls {
    static func create(_ acl: WebACLSettings, tags: [String: String]) -> WAFv2.CreateWebACLRequest {
        WAFv2.CreateWebACLRequest(
            name: acl.name.text, scope: "CLOUDFRONT", defaultAction: WAFv2.DefaultAction(allow: WAFv2.AllowAction()),
            visibilityConfig: visibility(acl.metric), description: acl.description.isEmpty ? nil : acl.description,
            rules: rules(acl), tags: tags.isEmpty ? nil : WAFv2.Tag.list(tags))
    }

    /// WAF replaces everything, so what AWS itself has put there is sent back as it is.
    static func update(
        _ desired: WebACLSettings, from current: WAFv2.WebACL, lockToken: String
    ) -> WAFv2.UpdateWebACLRequest {
        WAFv2.UpdateWebACLRequest(
            name: desired.name.text, scope: "CLOUDFRONT", id: current.id ?? "",
            defaultAction: current.defaultAction ?? WAFv2.DefaultAction(allow: WAFv2.AllowAction()),
            visibilityConfig: visibility(desired.metric), lockToken: lockToken,
            description: desired.description.isEmpty ? nil : desired.description,
            rules: rules(desired) + current.rules.filter(isShieldsOwn),
            customResponseBodies: current.customResponseBodies.isEmpty ? nil : current.customResponseBodies,
            captchaConfig: current.captchaConfig, challengeConfig: current.challengeConfig,
            tokenDomains: current.tokenDomains.isEmpty ? nil : current.tokenDomains,
            associationConfig: current.associationConfig)
    }

    /// Shield Advanced adds a rule of its own when it mitigates an attack by itself; taking it out would undo that.
    static func isShieldsOwn(_ rule: WAFv2.Rule) -> Bool { rule.name?.hasPrefix("ShieldMitigationRuleGroup") ?? false }

    private static func rules(_ acl: WebACLSettings) -> [WAFv2.Rule] {
        acl.rules.sorted { $0.priority < $1.priority }.compactMap(FirewallRuleCalls.rule)
    }

    static func visibility(_ metric: String) -> WAFv2.VisibilityConfig {
        WAFv2.VisibilityConfig(sampledRequestsEnabled: true, cloudWatchMetricsEnabled: true, metricName: metric)
    }
}
