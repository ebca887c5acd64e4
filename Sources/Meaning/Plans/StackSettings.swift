import Stacks

extension Setting {
    /// Everything of a stack but its services and its database.
    static func list(of stack: Stack) -> [Setting] {
        let identity = "another name is another stack, with data of its own"
        let ports = "the ports are taken when the stack starts"
        return [
            restart("stack", .edge, stack.name, identity),
            restart("environment", .edge, stack.environment, identity),
            awsOnly("region", .edge, stack.region),
            restart("zones", .application, "\(stack.zones)", "tasks get their zone when they start"),
            awsOnly("network.cidr", .edge, "\(stack.network.cidr)"),
            awsOnly("network.nat", .edge, stack.network.nat.rawValue),
            awsOnly("network.endpoints", .edge, words(stack.network.endpoints.map(\.rawValue))),
            awsOnly("edge.domain", .edge, stack.edge.domain), awsOnly("edge.origin", .edge, stack.edge.origin.rawValue),
            live("edge.cache", .edge, words(stack.edge.cache.map(\.written))),
        ] + list(of: stack.edge.firewall) + balancerRules(of: stack) + [
            live("alarms.notify", .edge, words(stack.alarms.notify)),
            live("alarms.mail", .edge, stack.alarms.mail.map(mailServer)),
            live("alarms.rules", .edge, words(stack.alarms.changes.sorted { $0.key < $1.key }.map(alarmRule))),
            restart("local.https", .edge, "\(stack.local.https)", ports),
            restart("local.http", .edge, "\(stack.local.http)", ports),
            restart("local.console", .edge, "\(stack.local.console)", ports),
        ] + stack.jobs.flatMap(list) + figures(of: stack) + drill(of: stack)
            + stack.tags.sorted { $0.key < $1.key }.map { awsOnly("tags.\($0.key)", .edge, $0.value) }
    }

    private static func balancerRules(of stack: Stack) -> [Setting] {
        stack.balancer.rules.map { live("balancer.rules.\($0.priority)", .edge, $0.written) }
    }

    private static func mailServer(_ mail: MailServer) -> String {
        let login = mail.user.map { " as \($0) with the secret \(mail.password ?? "")" } ?? ""
        return "\(mail.server):\(mail.port) \(mail.security.rawValue) from \(mail.from)\(login)"
    }

    private static func alarmRule(_ name: String, _ change: AlarmChange) -> String {
        guard case .set(let threshold, let breaches, let periods) = change else { return "\(name) none" }
        let parts = [
            threshold.map { "threshold \($0)" }, breaches.map { "breaches \($0)" }, periods.map { "of \($0)" },
        ]
        return ([name] + parts.compactMap { $0 }).joined(separator: " ")
    }

    private static func list(of job: ScheduledJob) -> [Setting] {
        let base = "jobs.\(job.name)"
        let next = "takes effect with the next run"
        return [
            live("\(base).schedule", .application, job.schedule.text),
            live("\(base).timezone", .application, job.timezone),
            live("\(base).service", .application, job.service, next),
            live("\(base).command", .application, command(job.command), next),
            live("\(base).timeout", .application, job.timeout.written, next),
        ]
    }

    private static func drill(of stack: Stack) -> [Setting] {
        let standard = DrillTraffic()
        let values: [(String, String?)] = [
            ("read", stack.drill.read == standard.read ? nil : stack.drill.read),
            ("write", stack.drill.write.map { "\($0.path) \($0.type) \($0.body)" }), ("cached", stack.drill.cached),
        ]
        return values.filter { $0.1 != nil }.map {
            notHere("drill.\($0.0)", .edge, $0.1, "used by `terrace drill` only: nothing changes here")
        }
    }

    /// What `terrace cost` reckons with.
    private static func figures(of stack: Stack) -> [Setting] {
        let reason = "used by `terrace cost` only: nothing changes here"
        let (usage, standard) = (stack.usage, Usage())
        let database = usage.database
        let tasks = usage.tasks.sorted { $0.key < $1.key }.map { "\($0.key) \(hundredths($0.value))" }
        let values: [(String, String, Bool)] = [
            ("requests", "\(usage.requests)", usage.requests == standard.requests),
            ("egress", "\(usage.egress)", usage.egress == standard.egress),
            ("uploads", "\(usage.uploads)", usage.uploads == standard.uploads),
            ("cache-hits", "\(usage.cacheHits)", usage.cacheHits == standard.cacheHits),
            ("tasks", words(tasks), tasks.isEmpty),
            ("database.storage", "\(database.storage)", database.storage == standard.database.storage),
            ("database.io", "\(database.io)", database.io == standard.database.io),
            ("database.capacity", database.capacity.map(hundredths) ?? "", database.capacity == nil),
            ("database.logs", "\(database.logs)", database.logs == standard.database.logs),
            ("logs", "\(usage.logs)", usage.logs == standard.logs), ("nat", "\(usage.nat)", usage.nat == standard.nat),
            ("flow-logs", "\(usage.flowLogs)", usage.flowLogs == standard.flowLogs),
            ("images", "\(usage.images)", usage.images == standard.images),
            ("free-tier", "\(usage.freeTier)", usage.freeTier == standard.freeTier),
        ]
        let said = values.filter { !$0.2 }.map { notHere("usage.\($0.0)", .edge, $0.1, reason) }
        return said + [notHere("budget", .edge, stack.budget?.exact, reason)]
    }

    /// `2.5`
    private static func hundredths(_ value: Int) -> String {
        let rest = value % 100
        return "\(value / 100)"
            + (rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : ".\(rest < 10 ? "0" : "")\(rest)")
    }

    private static func list(of firewall: Firewall) -> [Setting] {
        let lists = [
            ("allow", firewall.allow), ("deny", firewall.deny), ("trusted-proxies", firewall.trustedProxies),
        ].map { live("edge.firewall.\($0.0)", .edge, words($0.1.map(\.description))) }
        return [
            live("edge.firewall.rules", .edge, words(firewall.rules.map(\.rawValue))),
            live("edge.firewall.mode", .edge, firewall.mode.rawValue),
            live(
                "edge.firewall.rate-limit", .edge, rate(firewall.rateLimit), "takes effect at once, counted from zero"),
            live("edge.firewall.largest-body", .edge, firewall.largestBody.map(\.description)),
        ] + lists
    }

    /// Everything of a service but how many tasks there are, whose reason needs both sides.
    static func list(of service: Service) -> [Setting] {
        let base = "services.\(service.name)"
        let rolls = "rolls the tasks of \(service.name) one by one"
        let limits = "limits each task where this machine allows it, then \(rolls)"
        let environment = service.environment.sorted { $0.key < $1.key }
            .map { live("\(base).environment.\($0.key)", .application, written($0.value), rolls) }
        return [
            awsOnly("\(base).image", .application, service.image),
            live("\(base).command", .application, service.command.map(command), rolls),
            awsOnly("\(base).port", .application, "\(service.port)"),
            live("\(base).routes", .edge, words(service.routes.map(\.text))),
            live("\(base).protocol", .application, service.taskProtocol.rawValue, rolls),
            live("\(base).cpu", .application, service.limits.cpu.map(String.init), limits),
            live("\(base).memory", .application, service.limits.memory?.description, limits),
            live("\(base).tasks.max", .application, "\(service.tasks.upperBound)"),
            live("\(base).scale-on.cpu", .application, service.scaleOn.cpu.map(String.init)),
            live(
                "\(base).scale-on.requests-per-task", .application, service.scaleOn.requestsPerTask.map(String.init)),
            awsOnly("\(base).spot", .application, "\(service.spot)"),
            awsOnly("\(base).exec", .application, "\(service.exec)"),
            live("\(base).secrets", .application, words(service.secrets), rolls),
            live("\(base).release", .application, service.release.map(command), "runs before the next new version"),
            live(
                "\(base).stop-timeout", .application, service.stopTimeout.written, "takes effect when a task stops"),
        ] + deploy(service.deploy, base) + balancing(service.balancing, base) + health(service.health, base)
            + environment
    }

    private static func deploy(_ rules: DeployRules, _ base: String) -> [Setting] {
        let next = "takes effect with the next new version"
        return [
            live("\(base).deploy.minimum-healthy", .application, "\(rules.minimumHealthy)", next),
            live("\(base).deploy.maximum", .application, "\(rules.maximum)", next),
            live("\(base).deploy.failures", .application, rules.failures.map(String.init), next),
            live(
                "\(base).deploy.canary", .application,
                rules.canary.map { "\($0.share) per cent for \($0.bake.written)" }, next),
        ]
    }

    private static func balancing(_ balancing: ServiceBalancing, _ base: String) -> [Setting] {
        let again = "takes effect at once; clients stay with their tasks"
        return [
            live("\(base).sticky", .edge, balancing.sticky?.written, again),
            live("\(base).slow-start", .edge, balancing.slowStart?.written),
            live("\(base).timeout", .edge, balancing.timeout.written),
            live("\(base).ejection", .edge, balancing.ejection?.written ?? "none"),
        ]
    }

    private static func health(_ check: HealthCheck, _ base: String) -> [Setting] {
        [
            ("path", check.path), ("interval", check.interval.written), ("timeout", check.timeout.written),
            ("healthy", "\(check.healthy)"), ("unhealthy", "\(check.unhealthy)"), ("grace", check.grace.written),
        ].map { live("\(base).health.\($0.0)", .application, $0.1, "takes effect with the next check") }
    }

    static func list(of database: Database) -> [Setting] {
        [
            awsOnly("database.version", .data, database.version.written),
            awsOnly("database.capacity", .data, database.capacity.written),
            restart("database.readers", .data, "\(database.readers)", "readers are made when the database starts"),
            restart(
                "database.backups", .data, database.backups.written,
                "how long backups are kept is read when the database starts"),
        ]
    }

    // MARK: As the manifest writes them

    private static func words(_ words: [String]) -> String { "[\(words.joined(separator: ", "))]" }

    private static func written(_ value: String) -> String { value.isEmpty ? "\"\"" : value }

    private static func command(_ command: Command) -> String {
        switch command {
        case .words(let list): words(list)
        case .shell(let text): text
        }
    }

    private static func rate(_ limit: Firewall.RateLimit?) -> String {
        limit.map { "\($0.requests) per \($0.per.written)" } ?? "none"
    }
}

extension Database.Version {
    fileprivate var written: String {
        switch self {
        case .auto: "auto"
        case .exact(let version): version
        }
    }
}

extension Database.Capacity {
    fileprivate var written: String {
        switch self {
        case .instance(let name): name
        case .serverless(let min, let max): "serverless \(min) to \(max)"
        }
    }
}

extension CacheRule {
    /// `/static/* 1d query none`; what is left at its default is left out.
    fileprivate var written: String {
        let times =
            minimum == .zero && maximum == CacheRule.longest
            ? ttl.written : "\(minimum.written)…\(ttl.written)…\(maximum.written)"
        var parts = ["\(path)", times]
        if query != .all { parts.append("query \(query.written)") }
        if cookies != .none { parts.append("cookies \(cookies.written)") }
        if !headers.isEmpty { parts.append("headers \(headers.joined(separator: "+"))") }
        return parts.joined(separator: " ")
    }
}

extension CacheRule.Selection {
    fileprivate var written: String {
        switch self {
        case .all: "all"
        case .none: "none"
        case .named(let names): names.joined(separator: "+")
        }
    }
}
