/// What the load balancer does before it follows routes.
enum BalancerKeys {
    static let rules = Field(
        "rules",
        .list(of: BalancerRuleKeys.shape).refusing(allowed: "at most 90 rules") { rules in
            // An ALB has at most 100 rules beside its default one; the services' routes are among them.
            rules.count > 90 ? "has \(rules.count) rules" : nil
        }, default: [],
        "Looked at before the services' routes, the lowest priority first; the first rule that matches wins.")

    static let all: [any ManifestKey] = [rules]

    static let shape: Shape<Balancer> = .section(all) { section, report in
        let rules = section.read(BalancerKeys.rules, &report)
        refuseRepeatedPriorities(section, &report)
        return Balancer(rules: rules.sorted { $0.priority < $1.priority })
    }

    private static func refuseRepeatedPriorities(_ section: Section, _ report: inout MistakeList) {
        var seen: Set<String> = []
        for rule in section.place(of: rules).elements {
            guard let priority = rule.child(BalancerRuleKeys.priority.name), let text = priority.text,
                !seen.insert(text).inserted
            else { continue }
            report.error(priority, "another rule has the priority \(text)", allowed: "each priority once")
        }
    }

    /// Rules name services of the same manifest.
    static func refuseUnknownServices(
        in balancer: Found?, services: [String], _ report: inout MistakeList
    ) {
        for rule in balancer?.child(rules.name)?.elements ?? [] {
            guard let forward = rule.child(BalancerRuleKeys.forward.name) else { continue }
            let named = forward.text.map { [($0, forward.value.place, forward.path)] }
            let weighted = forward.children.map { ($0.key, $0.found.keyPlace, $0.found.path) }
            for (name, place, path) in named ?? weighted where !services.contains(name) {
                report.error(
                    at: place, path: path, "there is no service \(Excerpt.quoted(name))",
                    allowed: services.joined(separator: ", "), nearest: Nearest.word(to: name, in: services))
            }
        }
    }
}

enum BalancerRuleKeys {
    /// An ALB takes five values in all conditions of a rule; one is the header by which it knows CloudFront.
    /// Source: ELBv2 quotas, read 2026-11.
    private static let mostValues = 4

    static let priority = Field(
        "priority", .integer(in: BalancerRule.priorities), required: 1, "The lowest is looked at first; each once.")
    static let host = Field(
        "host", .oneOrMore(.hostPattern), default: [], "Host names without port; * is any run of characters, ? is one.")
    static let path = Field(
        "path", .oneOrMore(.routePattern), default: [], "Paths; * is any run of characters, ? is one.")
    static let header = Field(
        "header", .mapping(named: .headerName, to: .oneOrMore(.headerPattern), atLeast: 1, atMost: mostValues),
        default: [], "Request headers and their values, with * and ?; case does not matter.")
    static let method = Field("method", .oneOrMore(.method), default: [], "Methods in capitals: GET, POST.")
    static let forward = Field(
        "forward", Shape<[WeightedService]>.forward.optional, default: nil,
        "The service that takes the request; or several with their weights: { web: 95, canary: 5 }.")
    static let redirect = Field(
        "redirect", RedirectKeys.shape.optional, default: nil,
        "Sends the client elsewhere: what is left out stays as in the request.")
    static let answer = Field(
        "answer", FixedAnswerKeys.shape.optional, default: nil, "Answers without asking any task.")

    static let all: [any ManifestKey] = [priority, host, path, header, method, forward, redirect, answer]

    static let shape: Shape<BalancerRule> = .section(all) { section, report in
        let (hosts, paths) = (section.read(host, &report), section.read(path, &report))
        let (headers, methods) = (section.read(header, &report), section.read(method, &report))
        let condition = RequestCondition(
            hosts: hosts, paths: paths.map { RoutePattern(unchecked: $0) },
            headers: headers.map { .init($0.key, $0.value) }, methods: methods)
        let count = hosts.count + paths.count + methods.count + headers.reduce(0) { $0 + $1.value.count }
        let hasCondition = section.has(host) || section.has(path) || section.has(header) || section.has(method)
        if !hasCondition {
            report.error(
                at: section.found.keyPlace, path: section.found.path, "has no condition",
                allowed: "at least one of host, path, header and method; `path: /*` for every request")
        } else if count > mostValues {
            report.error(
                section.found, "has \(count) values in its conditions",
                allowed: "at most \(mostValues); more in a rule of its own")
        }
        let priority = section.read(BalancerRuleKeys.priority, &report)
        return action(section, &report).map { BalancerRule(priority: priority, condition: condition, action: $0) }
    }

    private static func action(_ section: Section, _ report: inout MistakeList) -> BalancerRule.Action? {
        let targets = section.read(forward, &report)
        let elsewhere = section.read(redirect, &report)
        let own = section.read(answer, &report)
        let said = [section.has(forward), section.has(redirect), section.has(answer)].count { $0 }
        guard said == 1 else {
            report.error(
                at: section.found.keyPlace, path: section.found.path,
                said == 0 ? "does nothing with a request" : "does \(said) things with a request",
                allowed: "one of forward, redirect and answer")
            return nil
        }
        return targets.map { .forward($0) } ?? elsewhere.map { .redirect($0) } ?? own.map { .answer($0) }
    }
}

extension Shape where Value == [String] {
    /// A text, or a list of texts that has each once.
    static func oneOrMore(_ rule: TextRule) -> Shape {
        let one = Shape<String>.text(rule).map({ [$0] }, back: { $0.count == 1 ? $0[0] : nil })
        return .either(one, when: { $0.text != nil }, or: .list(of: .text(rule), atLeast: 1, isSet: true))
    }
}

extension Shape where Value == [WeightedService] {
    /// `web`, or `{ web: 95, canary: 5 }`.
    fileprivate static var forward: Shape {
        let one = Shape<String>.text(.name).map({ [WeightedService($0)] }, back: { _ in nil })
        let several = Shape<[(key: String, value: Int)]>
            .mapping(named: .name, to: .integer(in: 0...999), atLeast: 1, atMost: 5)
            .map({ $0.map { WeightedService($0.key, weight: $0.value) } }, back: { _ in nil })
            .refusing(allowed: "at least one weight above 0") { targets in
                targets.isEmpty || targets.contains { $0.weight > 0 } ? nil : "gives every service the weight 0"
            }
        return .either(one, when: { $0.text != nil }, or: several)
    }
}
