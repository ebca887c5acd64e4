import Resources

/// What a listener's rule matches and does, as `aws_lb_listener_rule` of provider 5 writes it.
enum TerraformRule {
    static func conditions(_ settings: ListenerRuleSettings) -> Tree {
        let headers = [settings.header].compactMap { $0 } + settings.conditions
        var list: [Tree] = headers.map { header in
            ["http_header": .block(["http_header_name": .word(header.name), "values": .texts(header.values)])]
        }
        for (member, values) in [
            ("host_header", settings.hosts), ("path_pattern", settings.paths),
            ("http_request_method", settings.methods),
        ] where !values.isEmpty {
            list.append(.map([.init(key: member, value: .block(["values": .words(values)]))]))
        }
        return .blocks(list)
    }

    static func action(_ action: ListenerRuleSettings.Action) -> Tree {
        switch action {
        case .forward(let group): ["type": "forward", "target_group_arn": .text(group)]
        case .split(let shares, let sticky): split(shares, sticky)
        case .turns(let groups): split(TargetShare.beginning(groups), nil)
        case .answer(let status): fixed(status, type: "text/plain", body: nil)
        case .fixed(let status, let type, let body): fixed(status, type: type, body: body)
        case .redirect(let redirect):
            [
                "type": "redirect",
                "redirect": .block([
                    "protocol": .word(redirect.scheme), "host": .word(redirect.host), "port": .word(redirect.port),
                    "path": .word(redirect.path), "query": .word(redirect.query),
                    "status_code": .word("HTTP_\(redirect.status)"),
                ]),
            ]
        }
    }

    static func fixed(_ status: Int, type: String, body: String?) -> Tree {
        [
            "type": "fixed-response",
            "fixed_response": .block([
                "content_type": .word(type), "message_body": body.map { .word($0) } ?? .none,
                "status_code": .number(status),
            ]),
        ]
    }

    private static func split(_ shares: [TargetShare], _ sticky: Int?) -> Tree {
        [
            "type": "forward",
            "forward": .block([
                "target_group": .blocks(
                    shares.map { ["arn": .text($0.group), "weight": .number($0.weight)] }),
                "stickiness": sticky.map { .block(["enabled": true, "duration": .number($0)]) } ?? .none,
            ]),
        ]
    }
}
