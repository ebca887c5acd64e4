import AWSServices
import AWSWire
import Resources

/// A rule of a web ACL as WAF is told of it.
enum FirewallRuleCalls {
    /// Nil for what is only ever found, never asked for.
    static func rule(_ rule: FirewallRule) -> WAFv2.Rule? {
        guard let statement = statement(rule.statement) else { return nil }
        var result = WAFv2.Rule(
            name: rule.name, priority: rule.priority, statement: statement,
            visibilityConfig: WebACLCalls.visibility(rule.name))
        switch rule.statement {
        case .managed:
            result.overrideAction =
                rule.onlyCounts
                ? WAFv2.OverrideAction(count: WAFv2.CountAction()) : WAFv2.OverrideAction(none: WAFv2.NoneAction())
        case .allowed: result.action = WAFv2.RuleAction(allow: WAFv2.AllowAction())
        case .rate, .denied: result.action = refusal(rule, WAFv2.BlockAction())
        case .longBody, .announcedBody:
            result.action = refusal(
                rule, WAFv2.BlockAction(customResponse: WAFv2.CustomResponse(responseCode: bodyTooLarge)))
        case .other: return nil
        }
        return result
    }

    /// Content Too Large, as this machine's firewall answers.
    static let bodyTooLarge = 413
    static let lengthHeader = "content-length"

    private static func refusal(_ rule: FirewallRule, _ block: WAFv2.BlockAction) -> WAFv2.RuleAction {
        rule.onlyCounts ? WAFv2.RuleAction(count: WAFv2.CountAction()) : WAFv2.RuleAction(block: block)
    }

    private static func statement(_ statement: FirewallRule.Statement) -> WAFv2.Statement? {
        switch statement {
        case .managed(let group, let counted):
            let overrides = counted.map {
                WAFv2.RuleActionOverride(
                    name: $0, actionToUse: WAFv2.RuleAction(count: WAFv2.CountAction()))
            }
            return WAFv2.Statement(
                managedRuleGroupStatement: WAFv2.ManagedRuleGroupStatement(
                    vendorName: "AWS", name: group, ruleActionOverrides: overrides.isEmpty ? nil : overrides))
        case .rate(let limit, let window):
            return WAFv2.Statement(
                rateBasedStatement: WAFv2.RateBasedStatement(
                    limit: limit, aggregateKeyType: "IP", evaluationWindowSec: window))
        case .allowed(let set), .denied(let set):
            return WAFv2.Statement(ipSetReferenceStatement: WAFv2.IPSetReferenceStatement(arn: set.text))
        case .longBody(let limit):
            return WAFv2.Statement(
                sizeConstraintStatement: WAFv2.SizeConstraintStatement(
                    fieldToMatch: WAFv2.FieldToMatch(body: WAFv2.Body(oversizeHandling: "MATCH")),
                    comparisonOperator: "GT", size: limit, textTransformations: asItIs))
        case .announcedBody(let limit):
            return WAFv2.Statement(
                regexMatchStatement: WAFv2.RegexMatchStatement(
                    regexString: NumberPattern(over: limit).text,
                    fieldToMatch: WAFv2.FieldToMatch(singleHeader: WAFv2.SingleHeader(name: lengthHeader)),
                    textTransformations: asItIs))
        case .other: return nil
        }
    }

    private static let asItIs = [WAFv2.TextTransformation(priority: 0, type: "NONE")]
}

extension FirewallRule {
    /// As WAF tells it.
    init(_ rule: WAFv2.Rule) {
        self.init(
            name: rule.name ?? "", priority: rule.priority ?? 0, statement: Statement(rule),
            onlyCounts: rule.overrideAction?.count != nil || rule.action?.count != nil)
    }
}

extension FirewallRule.Statement {
    /// What Terrace did not write word for word is somebody else's statement.
    init(_ rule: WAFv2.Rule) {
        let statement = rule.statement
        self =
            Self(group: statement?.managedRuleGroupStatement) ?? Self(rate: statement?.rateBasedStatement)
            ?? Self(set: statement?.ipSetReferenceStatement, rule.action)
            ?? Self(size: statement?.sizeConstraintStatement, rule.action)
            ?? Self(header: statement?.regexMatchStatement, rule.action) ?? .other(statement?.description ?? "")
    }

    private init?(group: WAFv2.ManagedRuleGroupStatement?) {
        guard let group, group.vendorName == "AWS", let name = group.name, group.scopeDownStatement == nil,
            (group.excludedRules ?? []).isEmpty
        else { return nil }
        let overrides = group.ruleActionOverrides ?? []
        guard overrides.allSatisfy({ $0.actionToUse?.count != nil }) else { return nil }
        self = .managed(name, counted: overrides.compactMap(\.name))
    }

    private init?(rate: WAFv2.RateBasedStatement?) {
        guard let rate, rate.aggregateKeyType == "IP", let limit = rate.limit, rate.scopeDownStatement == nil else {
            return nil
        }
        self = .rate(limit: limit, window: rate.evaluationWindowSec ?? 300)
    }

    private init?(set: WAFv2.IPSetReferenceStatement?, _ action: WAFv2.RuleAction?) {
        guard let arn = set?.arn, set?.ipSetForwardedIPConfig == nil else { return nil }
        self = action?.allow == nil ? .denied(Value(arn)) : .allowed(Value(arn))
    }

    private init?(size: WAFv2.SizeConstraintStatement?, _ action: WAFv2.RuleAction?) {
        guard let size, size.comparisonOperator == "GT", let limit = size.size,
            size.fieldToMatch?.body?.oversizeHandling == "MATCH", Self.asItIs(size.textTransformations),
            Self.saysTooLarge(action)
        else { return nil }
        self = .longBody(over: limit)
    }

    private init?(header: WAFv2.RegexMatchStatement?, _ action: WAFv2.RuleAction?) {
        guard let header, header.fieldToMatch?.singleHeader?.name?.lowercased() == FirewallRuleCalls.lengthHeader,
            let pattern = header.regexString.flatMap({ NumberPattern($0) }), Self.asItIs(header.textTransformations),
            Self.saysTooLarge(action)
        else { return nil }
        self = .announcedBody(over: pattern.limit)
    }

    private static func asItIs(_ transformations: [WAFv2.TextTransformation]?) -> Bool {
        (transformations ?? []).allSatisfy { $0.type == "NONE" }
    }

    /// A rule that was made to count only says so elsewhere.
    private static func saysTooLarge(_ action: WAFv2.RuleAction?) -> Bool {
        action?.count != nil || action?.block?.customResponse?.responseCode == FirewallRuleCalls.bodyTooLarge
    }
}
