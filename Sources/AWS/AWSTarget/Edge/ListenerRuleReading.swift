import AWSServices
import AWSWire
import Resources
import Stacks

extension ListenerRuleSettings {
    /// As DescribeRules tells it.
    init(_ rule: ELBv2.Rule, listener: String) {
        let headers = rule.conditions.compactMap(\.httpHeaderConfig).map { header in
            HeaderMatch(name: header.httpHeaderName ?? "", values: (header.values ?? []).map { Value($0) })
        }
        let isOrigin = { (header: HeaderMatch) in
            header.name.lowercased() == StackResources.originHeader.lowercased()
        }
        func values(_ field: String, _ own: (ELBv2.RuleCondition) -> [String]?) -> [String] {
            rule.conditions.filter { $0.field == field }.flatMap { own($0) ?? $0.values ?? [] }
        }
        self.init(
            listener: Value(listener), priority: rule.priority.flatMap { Int($0) } ?? 0,
            header: headers.first(where: isOrigin), hosts: values("host-header") { $0.hostHeaderConfig?.values },
            paths: values("path-pattern") { $0.pathPatternConfig?.values },
            methods: values("http-request-method") { $0.httpRequestMethodConfig?.values },
            conditions: headers.filter { !isOrigin($0) }, action: Action(rule.actions.first))
    }

    /// Requests that ECS shifts between two target groups are as they should be, whichever of the two gets them.
    func recognized(as wanted: Action?) -> ListenerRuleSettings {
        guard case .turns(let groups)? = wanted, case .split(let shares, nil) = action,
            Set(shares.map(\.group)) == Set(groups)
        else { return self }
        var copy = self
        copy.action = .turns(groups)
        return copy
    }

    /// Whether it says the same, in whatever order.
    func matches(_ other: ListenerRuleSettings) -> Bool {
        header?.name.lowercased() == other.header?.name.lowercased()
            && Set(header?.values ?? []) == Set(other.header?.values ?? [])
            && Set(hosts) == Set(other.hosts) && Set(paths) == Set(other.paths) && Set(methods) == Set(other.methods)
            && Set(conditions.map(\.compared)) == Set(other.conditions.map(\.compared)) && action == other.action
            && priority == other.priority
    }
}

extension HeaderMatch {
    fileprivate var compared: [String: Set<Value>] { [name.lowercased(): Set(values)] }
}

extension ListenerRuleSettings.Action {
    fileprivate init(_ action: ELBv2.Action?) {
        if let fixed = action?.fixedResponseConfig, let status = fixed.statusCode.flatMap({ Int($0) }) {
            let (type, body) = (fixed.contentType ?? "text/plain", fixed.messageBody ?? "")
            self =
                type == "text/plain" && body.isEmpty ? .answer(status) : .fixed(status: status, type: type, body: body)
        } else if let redirect = action?.redirectConfig {
            self = .redirect(RedirectSettings(Redirect(redirect)))
        } else if let groups = action?.forwardConfig?.targetGroups, groups.count > 1 {
            let sticky = action?.forwardConfig?.targetGroupStickinessConfig
            self = .split(
                groups.map { TargetShare(group: Value($0.targetGroupArn ?? ""), weight: $0.weight ?? 1) },
                sticky: sticky?.enabled == true ? sticky?.durationSeconds : nil)
        } else {
            let group = action?.targetGroupArn ?? action?.forwardConfig?.targetGroups?.first?.targetGroupArn
            self = .forward(Value(group ?? ""))
        }
    }
}

extension Redirect {
    fileprivate init(_ redirect: ELBv2.RedirectActionConfig) {
        self.init(
            scheme: redirect.protocol ?? Redirect.sameProtocol, host: redirect.host ?? Redirect.sameHost,
            port: redirect.port ?? Redirect.samePort, path: redirect.path ?? Redirect.samePath,
            query: redirect.query ?? Redirect.sameQuery,
            status: redirect.statusCode.flatMap { Int($0.rawValue.dropFirst("HTTP_".count)) } ?? 301)
    }
}
