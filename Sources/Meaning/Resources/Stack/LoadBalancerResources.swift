import Stacks

/// The load balancer, its one port and the rules that lead to services.
extension StackResources {
    /// CloudFront adds it; a request without it does not come from this stack's distribution.
    package static let originHeader = "X-Terrace-Origin"

    var loadBalancer: Address { address(.edge, .loadBalancer) }
    var listener: Address { address(.edge, .listener) }
    var originSecret: Address { address(.edge, .secret, "origin") }
    /// Without a domain there is no certificate, and CloudFront comes through the network.
    var listenerPort: Int { stack.edge.domain == nil ? 80 : 443 }

    func targetGroup(_ service: Service) -> Address { targetGroup(named: service.name) }
    func targetGroup(named service: String) -> Address { address(.edge, .targetGroup, service) }

    var balancing: [Resource] {
        guard !routed.isEmpty else { return [] }
        return (hasPublicOrigin ? [originSecretResource] : []) + [loadBalancerResource]
            + routed.flatMap(targetGroupResources) + [listenerResource] + listenerRules
    }

    private var originSecretResource: Resource {
        Resource(
            originSecret,
            .secret(
                SecretSettings(
                    name: "terrace/\(stack.fullName)/origin",
                    description: "What CloudFront shows to the load balancer of \(stack.fullName)",
                    content: .password(length: 48))))
    }

    private var loadBalancerResource: Resource {
        let scheme: LoadBalancerSettings.Scheme = hasPublicOrigin ? .public : .internal
        return Resource(
            loadBalancer,
            .loadBalancer(
                LoadBalancerSettings(
                    name: Value(names.name(limit: 32, fixing: [scheme.rawValue])), scheme: scheme,
                    vpc: id(vpc), subnets: subnets(hasPublicOrigin ? .edge : .application).map { id($0) },
                    groups: [id(group(.loadBalancer))],
                    // A test object is written when logging is switched on: the bucket's policy must be there.
                    accessLog: AccessLogPlace(bucket: name(of: logs, when: .ready), prefix: "alb"),
                    // One time for all services: the longest that one of them asks for.
                    idleTimeout: routed.map(\.balancing.timeout.wholeSeconds).max() ?? 60)),
            // A public load balancer is refused in a network without a way out.
            needs: hasPublicOrigin ? [Dependency(internetGateway, .ready)] : [])
    }

    private func targetGroupResources(_ service: Service) -> [Resource] {
        let port = String(service.port)
        let second = canary(of: service).map { _ in
            targetGroupResource(service, secondTargetGroup(service), fixing: [port, Self.second])
        }
        return [targetGroupResource(service, targetGroup(service), fixing: [port])] + [second].compactMap { $0 }
    }

    private func targetGroupResource(_ service: Service, _ address: Address, fixing settings: [String]) -> Resource {
        let health = service.health
        return Resource(
            address,
            .targetGroup(
                TargetGroupSettings(
                    name: Value(names.name(service.name, limit: 32, fixing: settings)), vpc: id(vpc),
                    port: service.port,
                    health: TargetHealthCheck(
                        path: health.path, interval: health.interval.wholeSeconds,
                        timeout: health.timeout.wholeSeconds, healthy: health.healthy, unhealthy: health.unhealthy,
                        codes: service.taskProtocol == .grpc ? "0" : "200"),
                    algorithm: service.balancing.slowStart == nil ? .leastOutstanding : .roundRobin,
                    version: service.taskProtocol.version, sticky: service.balancing.sticky?.wholeSeconds,
                    slowStart: service.balancing.slowStart?.wholeSeconds)))
    }

    // MARK: The listener

    private var listenerResource: Resource {
        // A listener can be made while its load balancer is on its way, but only with a certificate that is issued.
        let certificate = stack.edge.domain.map { _ in ListenerTLS(certificate: arn(originCertificate, when: .ready)) }
        return Resource(
            listener,
            .listener(
                ListenerSettings(
                    loadBalancer: arn(loadBalancer), port: listenerPort, tls: certificate,
                    otherwise: hasPublicOrigin ? 403 : 404)))
    }

    func rule(_ priority: Int) -> Address { address(.edge, .listenerRule, String(priority)) }

    /// Where requests to a service come from.
    func ruleAddresses(of service: Service) -> [Address] {
        let named = stack.balancer.rules.filter { $0.services.contains(service.name) }.map(\.priority)
        let routes = stack.services.orderedRoutes.enumerated()
            .filter { stack.services[$0.element.service].name == service.name }.map { routePriority($0.offset) }
        return (named + routes).map(rule)
    }

    private func routePriority(_ index: Int) -> Int { stack.balancer.routesFollow + index + 1 }

    private var secretHeader: HeaderMatch? {
        hasPublicOrigin
            ? HeaderMatch(name: Self.originHeader, values: [Value(Reference(originSecret, .secretValue))]) : nil
    }

    /// The balancer's rules, then one rule for each route, with the priorities that they have on this machine. What carries the
    /// secret header and is nobody's route is answered as there: 404.
    private var listenerRules: [Resource] {
        let routes = stack.services.orderedRoutes
        let header = secretHeader
        let forwards =
            stack.balancer.rules.map(balancerRule)
            + routes.enumerated().map { index, route in
                Resource(
                    rule(routePriority(index)),
                    .listenerRule(
                        ListenerRuleSettings(
                            listener: arn(listener), priority: routePriority(index), header: header,
                            paths: [route.pattern.text], action: forward(to: stack.services[route.service]))))
            }
        guard hasPublicOrigin, routes.last?.pattern != .everything else { return forwards }
        let nobody = Resource(
            rule(routePriority(routes.count)),
            .listenerRule(
                ListenerRuleSettings(
                    listener: arn(listener), priority: routePriority(routes.count), header: header, paths: [],
                    action: .answer(404))))
        return forwards + [nobody]
    }

    private func balancerRule(_ wanted: BalancerRule) -> Resource {
        let condition = wanted.condition
        return Resource(
            rule(wanted.priority),
            .listenerRule(
                ListenerRuleSettings(
                    listener: arn(listener), priority: wanted.priority, header: secretHeader, hosts: condition.hosts,
                    paths: condition.paths.map(\.text), methods: condition.methods,
                    conditions: condition.headers.map {
                        HeaderMatch(name: $0.name, values: $0.values.map { Value($0) })
                    },
                    action: action(wanted.action))))
    }

    private func forward(to service: Service) -> ListenerRuleSettings.Action {
        let groups = targetGroups(of: service).map { arn($0) }
        return groups.count == 1 ? .forward(groups[0]) : .turns(groups)
    }

    private func action(_ wanted: BalancerRule.Action) -> ListenerRuleSettings.Action {
        switch wanted {
        case .redirect(let redirect): return .redirect(RedirectSettings(redirect))
        case .answer(let answer) where answer.contentType == .plain && answer.body.isEmpty:
            return .answer(answer.status)
        case .answer(let answer):
            return .fixed(status: answer.status, type: answer.contentType.rawValue, body: answer.body)
        case .forward(let targets):
            let services = targets.compactMap { target in
                stack.services.first { $0.name == target.service }.map { (service: $0, weight: target.weight) }
            }
            if services.count == 1 { return forward(to: services[0].service) }
            // AWS refuses sticky target groups in a split that is not sticky itself.
            let sticky = services.compactMap(\.service.balancing.sticky?.wholeSeconds).max()
            return .split(
                services.map { TargetShare(group: arn(targetGroup($0.service)), weight: $0.weight) }, sticky: sticky)
        }
    }
}

extension TaskProtocol {
    /// As ELBv2 names it.
    fileprivate var version: String {
        switch self {
        case .http1: "HTTP1"
        case .h2c: "HTTP2"
        case .grpc: "GRPC"
        }
    }
}
