import Resources

/// What a listener's rule matches and does, in the words of AWS's own API, which CloudFormation shares.
/// Source: botocore 1.43.11, service model `elbv2`, shapes RuleCondition and Action.
struct BalancingTree {
    /// Writes a number that AWS takes as a text.
    var numeral: (Int) -> Tree

    func conditions(_ settings: ListenerRuleSettings) -> Tree {
        let headers = [settings.header].compactMap { $0 } + settings.conditions
        var list: [Tree] = headers.map { header in
            [
                "Field": "http-header",
                "HttpHeaderConfig": ["HttpHeaderName": .word(header.name), "Values": .texts(header.values)],
            ]
        }
        for (field, member, values) in [
            ("host-header", "HostHeaderConfig", settings.hosts), ("path-pattern", "PathPatternConfig", settings.paths),
            ("http-request-method", "HttpRequestMethodConfig", settings.methods),
        ] where !values.isEmpty {
            let shape: Tree = ["Values": .words(values)]
            list.append(.map([.init(key: "Field", value: .word(field)), .init(key: member, value: shape)]))
        }
        return .list(list)
    }

    func action(_ action: ListenerRuleSettings.Action) -> Tree {
        switch action {
        case .forward(let group): ["Type": "forward", "TargetGroupArn": .text(group)]
        case .split(let shares, let sticky): split(shares, sticky)
        case .turns(let groups): split(TargetShare.beginning(groups), nil)
        case .answer(let status): fixed(status, type: "text/plain", body: nil)
        case .fixed(let status, let type, let body): fixed(status, type: type, body: body)
        case .redirect(let redirect):
            [
                "Type": "redirect",
                "RedirectConfig": [
                    "Protocol": .word(redirect.scheme), "Host": .word(redirect.host), "Port": .word(redirect.port),
                    "Path": .word(redirect.path), "Query": .word(redirect.query),
                    "StatusCode": .word("HTTP_\(redirect.status)"),
                ],
            ]
        }
    }

    func fixed(_ status: Int, type: String, body: String?) -> Tree {
        [
            "Type": "fixed-response",
            "FixedResponseConfig": [
                "ContentType": .word(type), "StatusCode": numeral(status),
                "MessageBody": body.map { .word($0) } ?? .none,
            ],
        ]
    }

    private func split(_ shares: [TargetShare], _ sticky: Int?) -> Tree {
        let stickiness: Tree = sticky.map { ["Enabled": true, "DurationSeconds": .number($0)] } ?? .none
        return [
            "Type": "forward",
            "ForwardConfig": [
                "TargetGroups": .list(
                    shares.map { ["TargetGroupArn": .text($0.group), "Weight": .number($0.weight)] }),
                "TargetGroupStickinessConfig": stickiness,
            ],
        ]
    }
}

extension TargetGroupSettings {
    /// The attributes that CloudFormation and the API know by name, each with its value as a text.
    var attributes: [(name: String, value: String)] {
        var list = [
            ("deregistration_delay.timeout_seconds", "\(deregistrationDelay)"),
            ("load_balancing.algorithm.type", algorithm.rawValue),
        ]
        if let sticky {
            list += [
                ("stickiness.enabled", "true"), ("stickiness.type", "lb_cookie"),
                ("stickiness.lb_cookie.duration_seconds", "\(sticky)"),
            ]
        }
        if let slowStart { list.append(("slow_start.duration_seconds", "\(slowStart)")) }
        return list
    }
}
