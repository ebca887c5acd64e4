package import Stacks

/// Stacks that between them ask for everything: for the tests of resources and of their exports.
package enum SampleStack: String, CaseIterable, Sendable {
    case standard, domain, everything, workers, canary, longest

    package var stack: Stack {
        switch self {
        case .standard:
            Stack(name: "guestbook", services: [Service(name: "web", image: ".")], database: Database())
        case .domain:
            Stack(
                name: "shop", environment: "staging", region: "eu-central-1",
                edge: Edge(domain: "shop.example.com", origin: .public),
                services: [
                    Service(name: "web", image: "nginx:1.29", port: 8080, routes: [RoutePattern(unchecked: "/shop/*")])
                ],
                jobs: [SampleStack.job("report", "30 3 * * MON-FRI", of: "web", .words(["./report", "--yesterday"]))])
        case .everything: SampleStack.full
        case .workers:
            Stack(
                name: "jobs", network: Network(nat: .none, endpoints: [.s3, .ecr, .secretsmanager, .logs]),
                services: [Service(name: "mailer", image: "./mailer", routes: [], spot: 100)],
                database: Database(readers: 0))
        case .canary:
            Stack(
                name: "till", edge: Edge(domain: "till.example.com", origin: .public),
                balancer: Balancer(rules: [
                    BalancerRule(
                        priority: 10, condition: RequestCondition(hosts: ["api.till.example.com"]),
                        action: .forward([WeightedService("api")]))
                ]),
                services: [
                    Service(
                        name: "web", image: ".", scaleOn: ScaleOn(cpu: 60, requestsPerTask: 600),
                        deploy: DeployRules(canary: DeployRules.Canary())),
                    Service(
                        name: "api", image: "nginx:1.29", port: 8080, routes: [],
                        deploy: DeployRules(canary: DeployRules.Canary(share: 50, bake: .seconds(90))),
                        isNamedByRule: true),
                    Service(name: "mailer", image: "nginx:1.29", routes: []),
                ])
        case .longest: SampleStack.longNames
        }
    }

    private static let full = Stack(
        name: "shop", environment: "production", region: "eu-west-1", zones: 3,
        network: Network(nat: .single, endpoints: [.s3, .ecr, .logs]),
        edge: Edge(
            domain: "shop.example.com", origin: .private,
            cache: [
                CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(86_400)),
                CacheRule(path: RoutePattern(unchecked: "/live/*"), ttl: .zero),
            ],
            firewall: Firewall(
                rules: [.common, .ipReputation], rateLimit: Firewall.RateLimit(requests: 100, per: .seconds(60)),
                allow: [AddressBlock("198.51.100.7")].compactMap { $0 },
                deny: ["192.0.2.0/24", "2001:db8::/32"].compactMap { AddressBlock($0) }, largestBody: .mebibytes(10))),
        balancer: Balancer(rules: [
            BalancerRule(
                priority: 5,
                condition: RequestCondition(
                    hosts: ["*.example.com"], headers: [.init("X-Version", ["2", "beta*"])], methods: ["GET"]),
                action: .forward([WeightedService("web", weight: 95), WeightedService("canary", weight: 5)])),
            BalancerRule(
                priority: 6, condition: RequestCondition(paths: [RoutePattern(unchecked: "/old/*")]),
                action: .redirect(Redirect(path: "/new/#{path}", status: 302))),
            BalancerRule(
                priority: 7, condition: RequestCondition(paths: [RoutePattern(unchecked: "/robots.txt")]),
                action: .answer(FixedAnswer(status: 200, body: "User-agent: *"))),
            BalancerRule(
                priority: 8, condition: RequestCondition(methods: ["TRACE"]), action: .answer(FixedAnswer(status: 405))),
        ]),
        services: [
            Service(
                name: "web", image: ".", routes: [.everything, RoutePattern(unchecked: "/about")], tasks: 3...12,
                scaleOn: ScaleOn(cpu: 50, requestsPerTask: 600), spot: 60, environment: ["LOG_LEVEL": "info"],
                secrets: ["SESSION_KEY"], release: .words(["./web", "migrate"]),
                balancing: ServiceBalancing(sticky: .seconds(3600), timeout: .seconds(120))),
            Service(
                name: "canary", image: ".", routes: [], balancing: ServiceBalancing(slowStart: .seconds(60)),
                isNamedByRule: true),
            Service(
                name: "api", image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/api:4", port: 4000,
                routes: [RoutePattern(unchecked: "/api/*")], secrets: ["SESSION_KEY", "PAYMENT_TOKEN"],
                taskProtocol: .h2c),
            Service(name: "mailer", image: "./mailer", routes: [], exec: true),
        ],
        database: Database(version: .exact("16.8"), capacity: .serverless(min: 0.5, max: 8), readers: 2),
        alarms: Alarms(notify: ["ops@example.com", "https://alarms.example.com/hook"]), tags: ["team": "shop"],
        jobs: [
            job("report", "*/15 8-18 * * MON-FRI", of: "web", .words(["./web", "report"])),
            job("sweep", "0 4 1 * *", of: "mailer", .shell("echo \"$HOME ${TERRACE_SERVICE}\" && ./sweep")),
        ])

    /// An own schedule of this file that is none is our own mistake.
    private static func job(_ name: String, _ text: String, of service: String, _ command: Command) -> ScheduledJob {
        guard let schedule = CronSchedule(text) else { preconditionFailure("\(text) is no schedule") }
        return ScheduledJob(
            name: name, schedule: schedule, timezone: "Europe/Berlin", service: service, command: command)
    }

    private static let longNames: Stack = {
        var stack = full
        let long = { (letter: String) in letter + String(repeating: "x-", count: 14) + "xx" }
        stack.name = long("a")
        stack.environment = long("b")
        stack.balancer = Balancer()
        for index in stack.services.indices { stack.services[index].name = long(["c", "d", "e", "f"][index]) }
        for index in stack.jobs.indices {
            stack.jobs[index].name = long(["g", "h"][index])
            stack.jobs[index].service = long(["c", "f"][index])
        }
        stack.edge.domain = nil
        return stack
    }()
}
