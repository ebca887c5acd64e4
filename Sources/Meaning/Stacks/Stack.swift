/// The checked meaning of a manifest: a value with no I/O behind it. Whoever holds one may rely on every rule that
/// `ManifestCheck` enforces (Fargate's cpu/memory pairs, six subnets that fit, routes without duplicates, …).
package struct Stack: Sendable, Equatable {
    /// `[a-z][a-z0-9-]{0,30}`, no `-` at the end: it becomes part of every AWS name and of DNS labels.
    package var name: String
    /// Set by `--environment`; part of every name and tag. Same alphabet as `name`.
    package var environment: String?
    package var region: String
    /// How many availability zones the stack spans; 2 or 3.
    package var zones: Int
    package var network: Network
    package var edge: Edge
    /// In the manifest's order; at least one, names unique.
    package var services: [Service]
    package var database: Database?
    package var alarms: Alarms
    package var local: LocalPorts
    /// User tags put on everything taggable on AWS.
    package var tags: [String: String]

    package init(
        name: String, environment: String? = nil, region: String = "us-east-1", zones: Int = 2,
        network: Network = Network(), edge: Edge = Edge(), services: [Service], database: Database? = nil,
        alarms: Alarms = Alarms(), local: LocalPorts = LocalPorts(), tags: [String: String] = [:]
    ) {
        self.name = name
        self.environment = environment
        self.region = region
        self.zones = zones
        self.network = network
        self.edge = edge
        self.services = services
        self.database = database
        self.alarms = alarms
        self.local = local
        self.tags = tags
    }

    /// `guestbook`, or `guestbook-staging` with an environment.
    package var fullName: String { environment.map { "\(name)-\($0)" } ?? name }
}

/// Addresses and ways out of the virtual private cloud.
package struct Network: Sendable, Equatable {
    package enum NAT: String, Sendable, Equatable, CaseIterable {
        case perZone = "per-zone"
        case single
        case none
    }
    package enum Endpoint: String, Sendable, Equatable, CaseIterable {
        case s3, ecr, secretsmanager, logs
    }

    package var cidr: CIDR
    package var nat: NAT
    package var endpoints: [Endpoint]

    package init(cidr: CIDR = .standard, nat: NAT = .perZone, endpoints: [Endpoint] = [.s3]) {
        self.cidr = cidr
        self.nat = nat
        self.endpoints = endpoints
    }
}

/// What stands before the load balancer: domain, cache and firewall.
package struct Edge: Sendable, Equatable {
    package enum Origin: String, Sendable, Equatable, CaseIterable {
        case `public`, `private`
    }

    package var domain: String?
    /// `public` needs a domain; without one the default is `private`.
    package var origin: Origin
    /// First match wins, in the manifest's order.
    package var cache: [CacheRule]
    package var firewall: Firewall

    package init(
        domain: String? = nil, origin: Origin = .private, cache: [CacheRule] = [], firewall: Firewall = Firewall()
    ) {
        self.domain = domain
        self.origin = origin
        self.cache = cache
        self.firewall = firewall
    }
}

/// For paths that match, an answer without its own freshness is kept for `ttl`.
package struct CacheRule: Sendable, Equatable {
    package var path: RoutePattern
    package var ttl: Duration

    package init(path: RoutePattern, ttl: Duration) {
        self.path = path
        self.ttl = ttl
    }
}

/// What the edge refuses before it reaches a task.
package struct Firewall: Sendable, Equatable {
    package enum RuleGroup: String, Sendable, Equatable, CaseIterable {
        case common
        case badInputs = "bad-inputs"
        case sqlInjection = "sql-injection"
        case ipReputation = "ip-reputation"
    }
    /// At most `requests` from one client address in any window of `per`.
    package struct RateLimit: Sendable, Equatable {
        package var requests: Int
        package var per: Duration

        package init(requests: Int = 2000, per: Duration = .seconds(300)) {
            self.requests = requests
            self.per = per
        }
    }

    package var rules: [RuleGroup]
    package var rateLimit: RateLimit?

    package init(rules: [RuleGroup] = RuleGroup.allCases, rateLimit: RateLimit? = RateLimit()) {
        self.rules = rules
        self.rateLimit = rateLimit
    }
}

/// Where the local target listens on loopback.
package struct LocalPorts: Sendable, Equatable {
    package var https: Int
    package var http: Int
    package var console: Int

    package init(https: Int = 8443, http: Int = 8080, console: Int = 8090) {
        self.https = https
        self.http = http
        self.console = console
    }
}

/// Whom alarms are told.
package struct Alarms: Sendable, Equatable {
    /// Mail addresses or https URLs.
    package var notify: [String]

    package init(notify: [String] = []) {
        self.notify = notify
    }
}
