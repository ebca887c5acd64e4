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
    package var balancer: Balancer
    /// In the manifest's order; at least one, names unique.
    package var services: [Service]
    package var database: Database?
    package var alarms: Alarms
    package var local: LocalPorts
    /// User tags put on everything taggable on AWS.
    package var tags: [String: String]
    /// What `terrace cost` assumes about a month.
    package var usage: Usage
    /// Dollars a month above which a plan counts as failed; nil for none.
    package var budget: Dollars?
    /// What `terrace drill` asks of the application.
    package var drill: DrillTraffic
    /// In the manifest's order; names unique, each with a service that there is.
    package var jobs: [ScheduledJob]

    package init(
        name: String, environment: String? = nil, region: String = "us-east-1", zones: Int = 2,
        network: Network = Network(), edge: Edge = Edge(), balancer: Balancer = Balancer(), services: [Service],
        database: Database? = nil, alarms: Alarms = Alarms(), local: LocalPorts = LocalPorts(),
        tags: [String: String] = [:], usage: Usage = Usage(), budget: Dollars? = nil,
        drill: DrillTraffic = DrillTraffic(), jobs: [ScheduledJob] = []
    ) {
        self.name = name
        self.environment = environment
        self.region = region
        self.zones = zones
        self.network = network
        self.edge = edge
        self.balancer = balancer
        self.services = services
        self.database = database
        self.alarms = alarms
        self.local = local
        self.tags = tags
        self.usage = usage
        self.budget = budget
        self.drill = drill
        self.jobs = jobs
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
        /// What `exec` goes through.
        case ssmmessages
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

/// What the edge refuses before it reaches a task.
package struct Firewall: Sendable, Equatable {
    package enum RuleGroup: String, Sendable, Equatable, CaseIterable {
        case common
        case badInputs = "bad-inputs"
        case sqlInjection = "sql-injection"
        case ipReputation = "ip-reputation"
    }
    package enum Mode: String, Sendable, Equatable, CaseIterable {
        case block
        /// What a group of rules would refuse passes, and is counted and logged. Lists and limits refuse in both modes.
        case count
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
    package var mode: Mode
    package var rateLimit: RateLimit?
    /// Never refused, inspected or limited.
    package var allow: [AddressBlock]
    /// Always refused, unless `allow` has them too.
    package var deny: [AddressBlock]
    /// Peers whose `X-Forwarded-For` says who the client is.
    package var trustedProxies: [AddressBlock]
    /// Longer request bodies are refused; nil: of any length.
    package var largestBody: ByteCount?

    /// How much of a body is inspected. AWS WAF before CloudFront inspects at most as much.
    /// Source: AWS WAF quotas, read 2026-11.
    package static let inspectedBody = ByteCount.kibibytes(64)

    package init(
        rules: [RuleGroup] = RuleGroup.allCases, mode: Mode = .block, rateLimit: RateLimit? = RateLimit(),
        allow: [AddressBlock] = [], deny: [AddressBlock] = [], trustedProxies: [AddressBlock] = [],
        largestBody: ByteCount? = nil
    ) {
        self.rules = rules
        self.mode = mode
        self.rateLimit = rateLimit
        self.allow = allow
        self.deny = deny
        self.trustedProxies = trustedProxies
        self.largestBody = largestBody
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
