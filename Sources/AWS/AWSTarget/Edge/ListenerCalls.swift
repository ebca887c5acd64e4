import AWSServices
import AWSWire
import Resources

extension ListenerSettings {
    /// As DescribeListeners tells it. A default action that is no fixed answer counts as status 0, which nobody asks for.
    init(_ listener: ELBv2.Listener) {
        let certificate = listener.certificates.first?.certificateArn
        let isSecure = listener.protocol == "HTTPS"
        self.init(
            loadBalancer: Value(listener.loadBalancerArn ?? ""), port: listener.port ?? 0,
            tls: isSecure
                ? ListenerTLS(certificate: Value(certificate ?? ""), policy: listener.sslPolicy ?? "") : nil,
            otherwise: listener.defaultActions.first?.fixedResponseConfig?.statusCode.flatMap { Int($0) } ?? 0)
    }
}

/// What is said to Elastic Load Balancing about a listener and its rules.
enum ListenerCalls {
    static func create(_ listener: ListenerSettings, tags: [String: String]) -> ELBv2.CreateListenerRequest {
        ELBv2.CreateListenerRequest(
            loadBalancerArn: listener.loadBalancer.text, defaultActions: [action(.answer(listener.otherwise))],
            protocol: listener.tls == nil ? "HTTP" : "HTTPS", port: listener.port, sslPolicy: listener.tls?.policy,
            certificates: listener.tls.map { [ELBv2.Certificate(certificateArn: $0.certificate.text)] },
            tags: ELBv2.Tag.list(tags))
    }

    static func changes(_ desired: ListenerSettings, from observed: ListenerSettings, arn: String) -> [any WireRequest]
    {
        guard desired != observed else { return [] }
        return [
            ELBv2.ModifyListenerRequest(
                listenerArn: arn, port: desired.port, protocol: desired.tls == nil ? "HTTP" : "HTTPS",
                sslPolicy: desired.tls?.policy,
                certificates: desired.tls.map { [ELBv2.Certificate(certificateArn: $0.certificate.text)] },
                defaultActions: [action(.answer(desired.otherwise))])
        ]
    }

    /// - Parameter live: of two target groups that take turns the one that gets the requests.
    static func create(
        _ rule: ListenerRuleSettings, live: Value? = nil, tags: [String: String]
    ) -> ELBv2.CreateRuleRequest {
        ELBv2.CreateRuleRequest(
            listenerArn: rule.listener.text, conditions: conditions(rule), priority: rule.priority,
            actions: [action(rule.action, live: live)], tags: ELBv2.Tag.list(tags))
    }

    static func changes(
        _ desired: ListenerRuleSettings, from observed: ListenerRuleSettings, live: Value? = nil, arn: String
    ) -> [any WireRequest] {
        var calls: [any WireRequest] = []
        if desired.priority != observed.priority {
            let pair = ELBv2.RulePriorityPair(ruleArn: arn, priority: desired.priority)
            calls.append(ELBv2.SetRulePrioritiesRequest(rulePriorities: [pair]))
        }
        var rest = observed
        rest.priority = desired.priority
        if !desired.matches(rest) {
            // Weights that ECS shifts are not said again.
            let isLeft = desired.action.isTurns && desired.action == observed.action
            calls.append(
                ELBv2.ModifyRuleRequest(
                    ruleArn: arn, conditions: conditions(desired),
                    actions: isLeft ? nil : [action(desired.action, live: live)]))
        }
        return calls
    }

    private static func action(_ action: ListenerRuleSettings.Action, live: Value? = nil) -> ELBv2.Action {
        switch action {
        case .turns(let groups):
            ELBv2.Action(
                type: "forward",
                forwardConfig: ELBv2.ForwardActionConfig(
                    targetGroups: groups.map {
                        ELBv2.TargetGroupTuple(
                            targetGroupArn: $0.text, weight: $0 == live ?? groups.first ? 100 : 0)
                    }))
        case .forward(let group): ELBv2.Action(type: "forward", targetGroupArn: group.text)
        case .split(let shares, let sticky):
            ELBv2.Action(
                type: "forward",
                forwardConfig: ELBv2.ForwardActionConfig(
                    targetGroups: shares.map {
                        ELBv2.TargetGroupTuple(targetGroupArn: $0.group.text, weight: $0.weight)
                    },
                    targetGroupStickinessConfig: ELBv2.TargetGroupStickinessConfig(
                        enabled: sticky != nil, durationSeconds: sticky)))
        case .answer(let status): fixed(status, "text/plain", nil)
        case .fixed(let status, let type, let body): fixed(status, type, body)
        case .redirect(let redirect):
            ELBv2.Action(
                type: "redirect",
                redirectConfig: ELBv2.RedirectActionConfig(
                    statusCode: ELBv2.RedirectActionStatusCodeEnum(rawValue: "HTTP_\(redirect.status)"),
                    protocol: redirect.scheme, port: redirect.port,
                    host: redirect.host, path: redirect.path, query: redirect.query))
        }
    }

    private static func fixed(_ status: Int, _ type: String, _ body: String?) -> ELBv2.Action {
        ELBv2.Action(
            type: "fixed-response",
            fixedResponseConfig: ELBv2.FixedResponseActionConfig(
                statusCode: String(status), messageBody: body, contentType: type))
    }

    private static func conditions(_ rule: ListenerRuleSettings) -> [ELBv2.RuleCondition] {
        var conditions = ([rule.header].compactMap { $0 } + rule.conditions).map {
            ELBv2.RuleCondition(
                field: "http-header",
                httpHeaderConfig: ELBv2.HttpHeaderConditionConfig(
                    httpHeaderName: $0.name, values: $0.values.map(\.text)))
        }
        if !rule.hosts.isEmpty {
            conditions.append(
                ELBv2.RuleCondition(
                    field: "host-header", hostHeaderConfig: ELBv2.HostHeaderConditionConfig(values: rule.hosts)))
        }
        if !rule.paths.isEmpty {
            conditions.append(
                ELBv2.RuleCondition(
                    field: "path-pattern", pathPatternConfig: ELBv2.PathPatternConditionConfig(values: rule.paths)))
        }
        if !rule.methods.isEmpty {
            conditions.append(
                ELBv2.RuleCondition(
                    field: "http-request-method",
                    httpRequestMethodConfig: ELBv2.HttpRequestMethodConditionConfig(values: rule.methods)))
        }
        return conditions
    }
}
