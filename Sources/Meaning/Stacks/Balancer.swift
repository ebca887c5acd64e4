/// What the load balancer asks before it follows the services' routes.
package struct Balancer: Sendable, Equatable {
    /// In order of priority; priorities are unique.
    package var rules: [BalancerRule]

    package init(rules: [BalancerRule] = []) { self.rules = rules }

    /// The services' routes stand behind all rules: the first of them has the priority that follows this one.
    package var routesFollow: Int { rules.isEmpty ? 0 : 45_000 }
}

/// One rule of the listener: for requests that meet the condition, an action.
package struct BalancerRule: Sendable, Equatable {
    /// Two thirds of an ALB's 1...50,000, so that the services' routes find room behind all rules.
    package static let priorities = 1...40_000

    package enum Action: Sendable, Equatable {
        /// At least one service, each once; at least one weight is above zero.
        case forward([WeightedService])
        case redirect(Redirect)
        case answer(FixedAnswer)
    }

    /// The lowest is looked at first.
    package var priority: Int
    package var condition: RequestCondition
    package var action: Action

    package init(priority: Int, condition: RequestCondition, action: Action) {
        self.priority = priority
        self.condition = condition
        self.action = action
    }

    /// The services that it may lead to.
    package var services: [String] {
        if case .forward(let targets) = action { targets.map(\.service) } else { [] }
    }
}

/// A service's share of a rule's requests.
package struct WeightedService: Sendable, Equatable {
    package var service: String
    /// 0...999, an ALB's range; of the sum of all.
    package var weight: Int

    package init(_ service: String, weight: Int = 1) { (self.service, self.weight) = (service, weight) }
}

/// Everything that is said must hold; of several values of one kind, one. Patterns have `*` and `?`. As an ALB reads its
/// rules' conditions. Source: "Condition types for listener rules", read 2026-11.
package struct RequestCondition: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        /// In lower case.
        package var name: String
        /// Patterns; case does not matter.
        package var values: [String]

        package init(_ name: String, _ values: [String]) {
            self.name = name.lowercased()
            self.values = values
        }
    }

    /// Patterns in lower case, without port.
    package var hosts: [String]
    package var paths: [RoutePattern]
    /// By name, each once.
    package var headers: [Header]
    /// Whole words; case matters.
    package var methods: [String]

    package init(
        hosts: [String] = [], paths: [RoutePattern] = [], headers: [Header] = [], methods: [String] = []
    ) {
        self.hosts = hosts.map { $0.lowercased() }
        self.paths = paths
        self.headers = headers.sorted { $0.name < $1.name }
        self.methods = methods
    }
}

/// Where a client is sent. The texts may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its first `/`) and
/// `#{query}` (without its `?`) of the request. Another protocol, host, port or path than the request's: it would never end. Source: ELBv2 RedirectActionConfig, read 2026-11.
package struct Redirect: Sendable, Equatable {
    package static let sameProtocol = "#{protocol}"
    package static let sameHost = "#{host}"
    package static let samePort = "#{port}"
    package static let samePath = "/#{path}"
    package static let sameQuery = "#{query}"

    /// `HTTP`, `HTTPS` or `#{protocol}`
    package var scheme: String
    package var host: String
    /// A number or `#{port}`
    package var port: String
    package var path: String
    package var query: String
    /// 301 or 302
    package var status: Int

    package init(
        scheme: String = sameProtocol, host: String = sameHost, port: String = samePort, path: String = samePath,
        query: String = sameQuery, status: Int = 301
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.status = status
    }
}

/// An answer that no task gives. Source: ELBv2 FixedResponseActionConfig, read 2026-11.
package struct FixedAnswer: Sendable, Equatable {
    package enum ContentType: String, Sendable, Equatable, CaseIterable {
        case plain = "text/plain"
        case css = "text/css"
        case html = "text/html"
        case javascript = "application/javascript"
        case json = "application/json"
    }
    /// Bytes.
    package static let longestBody = 1024

    /// 200...299, 400...599
    package var status: Int
    package var contentType: ContentType
    package var body: String

    package init(status: Int, contentType: ContentType = .plain, body: String = "") {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
