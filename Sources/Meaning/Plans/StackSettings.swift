import Stacks

extension Setting {
    /// Everything of a stack but its services and its database.
    static func list(of stack: Stack) -> [Setting] {
        let identity = "another name is another stack, with data of its own"
        let ports = "the ports are taken when the stack starts"
        let firewall = "not enforced on this machine by this version"
        return [
            restart("stack", .edge, stack.name, identity),
            restart("environment", .edge, stack.environment, identity),
            awsOnly("region", .edge, stack.region),
            restart("zones", .application, "\(stack.zones)", "tasks get their zone when they start"),
            awsOnly("network.cidr", .edge, "\(stack.network.cidr)"),
            awsOnly("network.nat", .edge, stack.network.nat.rawValue),
            awsOnly("network.endpoints", .edge, words(stack.network.endpoints.map(\.rawValue))),
            awsOnly("edge.domain", .edge, stack.edge.domain), awsOnly("edge.origin", .edge, stack.edge.origin.rawValue),
            live("edge.cache", .edge, words(stack.edge.cache.map { "\($0.path) \($0.ttl.written)" })),
            notHere("edge.firewall.rules", .edge, words(stack.edge.firewall.rules.map(\.rawValue)), firewall),
            notHere("edge.firewall.rate-limit", .edge, rate(stack.edge.firewall.rateLimit), firewall),
            awsOnly("alarms.notify", .edge, words(stack.alarms.notify)),
            restart("local.https", .edge, "\(stack.local.https)", ports),
            restart("local.http", .edge, "\(stack.local.http)", ports),
            restart("local.console", .edge, "\(stack.local.console)", ports),
        ] + stack.tags.sorted { $0.key < $1.key }.map { awsOnly("tags.\($0.key)", .edge, $0.value) }
    }

    /// Everything of a service but how many tasks there are, whose reason needs both sides.
    static func list(of service: Service) -> [Setting] {
        let base = "services.\(service.name)"
        let rolls = "rolls the tasks of \(service.name) one by one"
        let environment = service.environment.sorted { $0.key < $1.key }
            .map { live("\(base).environment.\($0.key)", .application, written($0.value), rolls) }
        return [
            awsOnly("\(base).image", .application, service.image),
            live("\(base).command", .application, service.command.map(command), rolls),
            awsOnly("\(base).port", .application, "\(service.port)"),
            live("\(base).routes", .edge, words(service.routes.map(\.text))),
            awsOnly("\(base).cpu", .application, "\(service.cpu)"),
            awsOnly("\(base).memory", .application, "\(service.memory)"),
            awsOnly("\(base).tasks.max", .application, "\(service.tasks.upperBound)"),
            awsOnly("\(base).scale-on.cpu", .application, service.scaleOn.cpu.map(String.init)),
            awsOnly(
                "\(base).scale-on.requests-per-task", .application, service.scaleOn.requestsPerTask.map(String.init)),
            awsOnly("\(base).spot", .application, "\(service.spot)"),
            live("\(base).secrets", .application, words(service.secrets), rolls),
            live("\(base).release", .application, service.release.map(command), "runs before the next new version"),
            live(
                "\(base).stop-timeout", .application, service.stopTimeout.written, "takes effect when a task stops"),
        ] + health(service.health, base) + environment
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
            awsOnly("database.backups", .data, database.backups.written),
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
