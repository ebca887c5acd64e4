import Resources

/// A web ACL's rules in the words of AWS's own API, which CloudFormation shares but for the name of an ARN.
/// Source: botocore 1.43.11, service model `wafv2`, shape Rule; CloudFormation's AWS::WAFv2::WebACL, read 2026-11.
struct FirewallTree {
    /// `ARN` in the API, `Arn` in a template.
    let arnKey: String

    func rules(_ settings: WebACLSettings) -> Tree {
        .list(
            settings.rules.map { rule in
                ["Name": .word(rule.name), "Priority": .number(rule.priority)] + decision(rule)
                    + ["Statement": statement(rule.statement), "VisibilityConfig": Self.visibility(rule.name)]
            })
    }

    static func visibility(_ metric: String) -> Tree {
        ["MetricName": .word(metric), "CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": true]
    }

    private func decision(_ rule: FirewallRule) -> Tree {
        switch rule.statement {
        case .managed: ["OverrideAction": rule.onlyCounts ? ["Count": [:]] : ["None": [:]]]
        case .allowed: ["Action": ["Allow": [:]]]
        case .rate, .denied: ["Action": rule.onlyCounts ? ["Count": [:]] : ["Block": [:]]]
        case .longBody, .announcedBody: ["Action": ["Block": ["CustomResponse": ["ResponseCode": 413]]]]
        // Only ever found in an account, never asked for.
        case .other: [:]
        }
    }

    private func statement(_ statement: FirewallRule.Statement) -> Tree {
        switch statement {
        case .managed(let group, let counted):
            let overrides = counted.map { name -> Tree in ["Name": .word(name), "ActionToUse": ["Count": [:]]] }
            return [
                "ManagedRuleGroupStatement": [
                    "VendorName": "AWS", "Name": .word(group),
                    "RuleActionOverrides": overrides.isEmpty ? .none : .list(overrides),
                ]
            ]
        case .rate(let limit, let window):
            return [
                "RateBasedStatement": [
                    "Limit": .number(limit), "EvaluationWindowSec": .number(window), "AggregateKeyType": "IP",
                ]
            ]
        case .allowed(let set), .denied(let set):
            return ["IPSetReferenceStatement": .map([Tree.Member(key: arnKey, value: .text(set))])]
        case .longBody(let limit):
            return [
                "SizeConstraintStatement": [
                    "FieldToMatch": ["Body": ["OversizeHandling": "MATCH"]], "ComparisonOperator": "GT",
                    "Size": .number(limit), "TextTransformations": asItIs,
                ]
            ]
        case .announcedBody(let limit):
            return [
                "RegexMatchStatement": [
                    "RegexString": .word(NumberPattern(over: limit).text),
                    "FieldToMatch": ["SingleHeader": ["Name": "content-length"]], "TextTransformations": asItIs,
                ]
            ]
        case .other: return [:]
        }
    }

    private var asItIs: Tree { [["Priority": 0, "Type": "NONE"]] }
}
