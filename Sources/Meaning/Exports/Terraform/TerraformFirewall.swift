import Resources

/// The firewall before CloudFront in Terraform's words.
extension TerraformExport {
    func ipSet(_ settings: IPSetSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_wafv2_ip_set", name,
                [
                    "name": .text(settings.name), "description": .word(settings.description), "scope": "CLOUDFRONT",
                    "ip_address_version": .word(settings.family.rawValue), "addresses": .words(settings.addresses),
                ])
        ]
    }

    func webACL(_ settings: WebACLSettings, _ name: String) -> [TerraformBlock] {
        let rules = settings.rules.map { rule -> Tree in
            ["name": .word(rule.name), "priority": .number(rule.priority)] + decision(rule)
                + ["statement": .block(statement(rule.statement)), "visibility_config": visibility(rule.name)]
        }
        return [
            resource(
                "aws_wafv2_web_acl", name,
                [
                    "name": .text(settings.name), "description": .word(settings.description), "scope": "CLOUDFRONT",
                    "default_action": .block(["allow": .block([:])]), "rule": .blocks(rules),
                    "visibility_config": visibility(settings.metric),
                ])
        ]
    }

    private func decision(_ rule: FirewallRule) -> Tree {
        let counts: Tree = ["count": .block([:])]
        switch rule.statement {
        case .managed: return ["override_action": .block(rule.onlyCounts ? counts : ["none": .block([:])])]
        case .allowed: return ["action": .block(["allow": .block([:])])]
        case .rate, .denied: return ["action": .block(rule.onlyCounts ? counts : ["block": .block([:])])]
        case .longBody, .announcedBody:
            let answer: Tree = ["custom_response": .block(["response_code": 413])]
            return ["action": .block(["block": .block(answer)])]
        // Only ever found in an account, never asked for.
        case .other: return [:]
        }
    }

    private func statement(_ statement: FirewallRule.Statement) -> Tree {
        switch statement {
        case .managed(let group, let counted):
            let overrides = counted.map { name -> Tree in
                ["name": .word(name), "action_to_use": .block(["count": .block([:])])]
            }
            return [
                "managed_rule_group_statement": .block(
                    ["vendor_name": "AWS", "name": .word(group)]
                        + (overrides.isEmpty ? [:] : ["rule_action_override": .blocks(overrides)]))
            ]
        case .rate(let limit, let window):
            return [
                "rate_based_statement": .block([
                    "limit": .number(limit), "evaluation_window_sec": .number(window), "aggregate_key_type": "IP",
                ])
            ]
        case .allowed(let set), .denied(let set):
            return ["ip_set_reference_statement": .block(["arn": .text(set)])]
        case .longBody(let limit):
            return [
                "size_constraint_statement": .block(
                    [
                        "comparison_operator": "GT", "size": .number(limit),
                        "field_to_match": .block(["body": .block(["oversize_handling": "MATCH"])]),
                    ] + asItIs)
            ]
        case .announcedBody(let limit):
            return [
                "regex_match_statement": .block(
                    [
                        "regex_string": .word(NumberPattern(over: limit).text),
                        "field_to_match": .block(["single_header": .block(["name": "content-length"])]),
                    ] + asItIs)
            ]
        case .other: return [:]
        }
    }

    private var asItIs: Tree { ["text_transformation": .block(["priority": 0, "type": "NONE"])] }

    private func visibility(_ metric: String) -> Tree {
        .block([
            "metric_name": .word(metric), "cloudwatch_metrics_enabled": true, "sampled_requests_enabled": true,
        ])
    }

    func webACLLogging(_ settings: WebACLLoggingSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_wafv2_web_acl_logging_configuration", name,
                [
                    "resource_arn": .text(settings.webACL),
                    "log_destination_configs": .list([.text(settings.destination)]),
                ])
        ]
    }
}
