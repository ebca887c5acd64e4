import Testing

@testable import Stacks

@Suite struct ManifestMeaningTests {
    @Test func theShortestManifestMeansEveryDefault() {
        let result = check(Manifests.minimal)
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack == Stack(name: "shop", services: [Service(name: "web", command: .shell("run"))]))
    }

    @Test func theDesignsWholeManifestMeansWhatItSays() {
        let result = check(Manifests.full)
        #expect(result.diagnostics.isEmpty)
        let web = Service(
            name: "web", image: ".", command: .shell(".build/release/guestbook"),
            limits: TaskLimits(cpu: 512, memory: .mebibytes(1024)), environment: ["LOG_LEVEL": "info"],
            secrets: ["SESSION_KEY"], release: .words(["./guestbook", "migrate"]))
        let edge = Edge(
            domain: "guestbook.example.com", origin: .public,
            cache: [CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(86_400))])
        #expect(
            result.stack
                == Stack(
                    name: "guestbook", edge: edge, services: [web], database: Database(),
                    alarms: Alarms(notify: ["ops@example.com"]), tags: ["team": "web", "cost-center": "42"]))
    }

    static let services: [(lines: String, expected: Service)] = [
        ("health: /up", service { $0.health = HealthCheck(path: "/up") }),
        ("health: { interval: 30s }", service { $0.health.interval = .seconds(30) }),
        ("health:", service { _ in }),
        ("command: [./run, '--fast', 5]", service { $0.command = .words(["./run", "--fast", "5"]) }),
        ("release: ./run migrate", service { $0.release = .shell("./run migrate") }),
        ("cpu: 256", service { ($0.cpu, $0.memory, $0.limits) = (256, .mebibytes(512), TaskLimits(cpu: 256)) }),
        (
            "cpu: 1024\nmemory: 2 GiB",
            service {
                ($0.cpu, $0.memory, $0.limits) = (1024, .gibibytes(2), TaskLimits(cpu: 1024, memory: .gibibytes(2)))
            }
        ),
        ("memory: 2GB", service { ($0.memory, $0.limits.memory) = (.gibibytes(2), .gibibytes(2)) }),
        ("memory: 2048MB", service { ($0.memory, $0.limits.memory) = (.gibibytes(2), .gibibytes(2)) }),
        (
            "cpu: 256\nmemory: 0.5 GB",
            service {
                ($0.cpu, $0.memory, $0.limits) = (256, .mebibytes(512), TaskLimits(cpu: 256, memory: .mebibytes(512)))
            }
        ),
        (
            "cpu: 8192\nmemory: 20GiB",
            service {
                ($0.cpu, $0.memory, $0.limits) = (8192, .gibibytes(20), TaskLimits(cpu: 8192, memory: .gibibytes(20)))
            }
        ),
        ("tasks: { min: 20 }", service { $0.tasks = 20...20 }),
        ("tasks: { max: 3 }", service { $0.tasks = 2...3 }),
        ("scale-on: { requests-per-task: 500 }", service { $0.scaleOn = ScaleOn(cpu: nil, requestsPerTask: 500) }),
        ("routes: []", service { $0.routes = [] }),
        ("sticky: 1d", service { $0.balancing.sticky = .seconds(86_400) }),
        ("slow-start: 45s", service { $0.balancing.slowStart = .seconds(45) }),
        ("timeout: 5m", service { $0.balancing.timeout = .seconds(300) }),
        ("ejection: none", service { $0.balancing.ejection = nil }),
        (
            "ejection: { failures: 9, share: 100 }",
            service { $0.balancing.ejection = Ejection(failures: 9, share: 100) }
        ),
        ("protocol: h2c", service { $0.taskProtocol = .h2c }),
        ("protocol: grpc", service { ($0.taskProtocol, $0.health.path) = (.grpc, "/grpc.health.v1.Health/Check") }),
        ("protocol: grpc\nhealth: /a.B/C", service { ($0.taskProtocol, $0.health.path) = (.grpc, "/a.B/C") }),
        (
            "protocol: grpc\nhealth: { interval: 30s }",
            service {
                $0.taskProtocol = .grpc
                $0.health = HealthCheck(path: HealthCheck.callPath, interval: .seconds(30))
            }
        ),
        ("exec: true", service { $0.exec = true }), ("exec: false", service { _ in }),
        ("stop-timeout: 2m", service { $0.stopTimeout = .seconds(120) }),
        (
            "environment: { DEBUG: true, RATIO: 1.10, EMPTY: '', N: 5 }",
            service { $0.environment = ["DEBUG": "true", "RATIO": "1.10", "EMPTY": "", "N": "5"] }
        ),
    ]

    @Test(arguments: services) func aServiceMeans(_ lines: String, _ expected: Service) {
        let text =
            lines.contains("command:")
            ? Manifests.service(lines).replacing("    command: run\n", with: "") : Manifests.service(lines)
        let result = check(text)
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack?.services == [expected])
    }

    private static func rule(_ condition: RequestCondition, _ action: BalancerRule.Action) -> BalancerRule {
        BalancerRule(priority: 7, condition: condition, action: action)
    }

    private static let web = BalancerRule.Action.forward([WeightedService("web")])

    static let rules: [(text: String, rule: BalancerRule)] = [
        ("path: /a, forward: web", rule(.init(paths: [RoutePattern(unchecked: "/a")]), web)),
        (
            "host: Shop.example.com, method: [GET, POST], forward: web",
            rule(.init(hosts: ["shop.example.com"], methods: ["GET", "POST"]), web)
        ),
        (
            "header: { X-Version: 2, accept: ['*json', a] }, forward: { web: 5 }",
            rule(
                .init(headers: [.init("accept", ["*json", "a"]), .init("x-version", ["2"])]),
                .forward([WeightedService("web", weight: 5)]))
        ),
        (
            "method: GET, redirect: { protocol: HTTPS, port: 443, query: '' }",
            rule(
                .init(methods: ["GET"]), .redirect(Redirect(scheme: "HTTPS", port: "443", query: "")))
        ),
        (
            "method: GET, answer: { status: 200, type: application/json, body: '{}' }",
            rule(
                .init(methods: ["GET"]), .answer(FixedAnswer(status: 200, contentType: .json, body: "{}")))
        ),
    ]

    @Test(arguments: rules) func aRuleMeans(_ text: String, _ rule: BalancerRule) {
        let result = check(Manifests.minimal + "balancer:\n  rules:\n    - { priority: 7, \(text) }\n")
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack?.balancer == Balancer(rules: [rule]))
    }

    @Test func aJobMeans() throws {
        let text =
            Manifests.minimal + """
                jobs:
                  report: { schedule: "30 3 * * MON-FRI", command: [./run, report] }
                  tidy: { schedule: "0  0 1 * *", timezone: Europe/Berlin, service: web, command: tidy up, timeout: 5m }

                """
        let result = check(text)
        #expect(result.diagnostics.isEmpty)
        #expect(
            result.stack?.jobs == [
                ScheduledJob(
                    name: "report", schedule: try CronSchedule.read("30 3 * * MON-FRI").get(), service: "web",
                    command: .words(["./run", "report"])),
                ScheduledJob(
                    name: "tidy", schedule: try CronSchedule.read("0 0 1 * *").get(), timezone: "Europe/Berlin",
                    service: "web", command: .shell("tidy up"), timeout: .seconds(300)),
            ])
    }

    @Test func aServiceThatOnlyARuleNamesTakesRequests() {
        let text = Manifests.service("routes: []") + "balancer:\n  rules: [{ priority: 1, path: /*, forward: web }]\n"
        #expect(check(text).stack?.services.map(\.takesRequests) == [true])
        #expect(check(Manifests.service("routes: []")).stack?.services.map(\.takesRequests) == [false])
    }

    @Test func rulesStandInTheOrderOfTheirPriorities() {
        let text =
            Manifests.minimal + """
                balancer:
                  rules:
                    - { priority: 20, path: /b, forward: web }
                    - { priority: 3, path: /a, forward: web }
                """
        #expect(check(text).stack?.balancer.rules.map(\.priority) == [3, 20])
    }

    static let drills: [(lines: String, expected: DrillTraffic)] = [
        ("", DrillTraffic()), ("drill:", DrillTraffic()), ("drill: { read: /health }", DrillTraffic(read: "/health")),
        ("drill: { write: { path: /m, body: n=1 } }", DrillTraffic(write: .init(path: "/m", body: "n=1"))),
        (
            "drill: { write: { path: /m, body: '{}', type: application/json }, cached: /a.css }",
            DrillTraffic(write: .init(path: "/m", body: "{}", type: "application/json"), cached: "/a.css")
        ),
    ]

    @Test(arguments: drills) func aDrillsTrafficMeans(_ lines: String, _ expected: DrillTraffic) {
        let result = check(Manifests.minimal + lines + "\n")
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack?.drill == expected)
    }

    static let databases: [(lines: String, expected: Database?)] = [
        ("", nil), ("database:", Database()), ("database: {}", Database()), ("database: ~", Database()),
        ("database: { version: 16 }", Database(version: .exact("16"))),
        ("database: { version: 16.8 }", Database(version: .exact("16.8"))),
        ("database: { version: '16.10' }", Database(version: .exact("16.10"))),
        ("database: { readers: 0, backups: 35d }", Database(readers: 0, backups: .seconds(35 * 86_400))),
        ("database: { serverless: { min: 0, max: 4.5 } }", Database(capacity: .serverless(min: 0, max: 4.5))),
        ("database: { serverless: }", Database()),
        ("database: { instance: db.r7g.large }", Database(capacity: .instance("db.r7g.large"))),
    ]

    @Test(arguments: databases) func aDatabaseMeans(_ lines: String, _ expected: Database?) {
        let result = check(Manifests.minimal + lines)
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack != nil)
        #expect(result.stack?.database == expected)
    }

    static let usages: [(lines: String, expected: Usage)] = [
        ("usage:", Usage()), ("usage: {}", Usage()), ("usage: { requests: 20M/month }", Usage(requests: 20_000_000)),
        ("usage: { requests: 1.5k/month }", Usage(requests: 1500)),
        ("usage: { requests: 2/s }", Usage(requests: 5_256_000)),
        ("usage: { requests: 100/hour }", Usage(requests: 73_000)),
        ("usage: { requests: 24k/day }", Usage(requests: 730_000)),
        ("usage: { egress: 1.5 TB, uploads: 0GB }", Usage(egress: .gibibytes(1536), uploads: .gibibytes(0))),
        ("usage: { cache-hits: 100, free-tier: false }", Usage(cacheHits: 100, freeTier: false)),
        ("usage: { tasks: { web: 2.5 } }", Usage(tasks: ["web": 250])),
        (
            "usage: { logs: 1GB, nat: 2GB, flow-logs: 3GB, images: 4GB, database: { storage: 5GB, io: 6M/month, logs: 7GB } }",
            Usage(
                database: DatabaseUsage(storage: .gibibytes(5), io: 6_000_000, logs: .gibibytes(7)),
                logs: .gibibytes(1),
                nat: .gibibytes(2), flowLogs: .gibibytes(3), images: .gibibytes(4))
        ),
        (
            "database: { serverless: { max: 4 } }\nusage: { database: { capacity: 1.75 } }",
            Usage(database: DatabaseUsage(capacity: 175))
        ),
    ]

    @Test(arguments: usages) func aUsageMeans(_ lines: String, _ expected: Usage) {
        let result = check(Manifests.minimal + lines)
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack?.usage == expected)
    }

    @Test(arguments: [("400", 40_000), ("99.50", 9950), ("0", 0)]) func aBudgetMeansCents(_ text: String, _ cents: Int)
    {
        #expect(check(Manifests.minimal + "budget: \(text)").stack?.budget == .cents(cents))
    }

    @Test func aDomainMakesTheOriginPublic() {
        #expect(check(Manifests.minimal + "edge: { domain: shop.example.com }").stack?.edge.origin == .public)
        #expect(check(Manifests.minimal).stack?.edge.origin == .private)
    }

    @Test func theRateLimitCanBeSwitchedOff() {
        let stack = check(Manifests.minimal + "edge: { firewall: { rate-limit: none } }").stack
        #expect(stack?.edge.firewall == Firewall(rateLimit: nil))
    }

    @Test func theFirewallsWordsMean() {
        let text = """
            edge:
              firewall:
                rules: [sql-injection]
                mode: count
                allow: [192.0.2.7]
                deny: [192.0.2.0/24, "2001:db8::/32"]
                trusted-proxies: [10.0.0.0/8]
                largest-body: 10 MB
            """
        let wanted = Firewall(
            rules: [.sqlInjection], mode: .count, allow: ["192.0.2.7/32"].compactMap { AddressBlock($0) },
            deny: ["192.0.2.0/24", "2001:db8::/32"].compactMap { AddressBlock($0) },
            trustedProxies: ["10.0.0.0/8"].compactMap { AddressBlock($0) }, largestBody: .mebibytes(10))
        #expect(check(Manifests.minimal + text).stack?.edge.firewall == wanted)
    }

    private static let cacheRules: [(String, CacheRule)] = [
        ("ttl: 1h", CacheRule(path: RoutePattern(unchecked: "/a"), ttl: .seconds(3600))),
        ("ttl: { min: 1s, default: 5s, max: 9s }", rule(5, 1, 9)), ("ttl: { max: 1h }", rule(3600, 0, 3600)),
        ("ttl: { min: 2d }", rule(2 * 86_400, 2 * 86_400, 365 * 86_400)), ("ttl: {}", rule(86_400, 0, 365 * 86_400)),
        (
            "ttl: 1s, query: none, cookies: all, headers: [X-b, Accept-Language]",
            rule(1, 0, 365 * 86_400) { ($0.query, $0.cookies, $0.headers) = (.none, .all, ["accept-language", "x-b"]) }
        ),
        ("ttl: 1s, query: [q, page], cookies: []", rule(1, 0, 365 * 86_400) { $0.query = .named(["page", "q"]) }),
    ]

    private static func rule(
        _ ttl: Int, _ minimum: Int, _ maximum: Int, _ change: (inout CacheRule) -> Void = { _ in }
    ) -> CacheRule {
        var rule = CacheRule(
            path: RoutePattern(unchecked: "/a"), ttl: .seconds(ttl), minimum: .seconds(minimum),
            maximum: .seconds(maximum))
        change(&rule)
        return rule
    }

    @Test(arguments: cacheRules) func aCacheRuleMeans(_ keys: String, _ expected: CacheRule) {
        let result = check(Manifests.minimal + "edge: { cache: [{ path: /a, \(keys) }] }\n")
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack?.edge.cache == [expected])
    }

    @Test func anAliasStandsForItsAnchor() {
        let text = """
            stack: shop
            services:
              web: &base
                command: run
                environment: { LEVEL: info }
              jobs:
                <<: *base
                command: jobs *
                routes: []
            """
        let stack = check(text).stack
        #expect(stack?.services.map(\.environment) == [["LEVEL": "info"], ["LEVEL": "info"]])
        #expect(stack?.services.last?.command == .shell("jobs *"))
    }

    @Test func windowsLineEndsAndAByteOrderMarkAreFine() {
        let text = "\u{FEFF}" + Manifests.full.replacing("\n", with: "\r\n")
        #expect(check(text).stack == check(Manifests.full).stack)
    }

    private static func service(_ change: (inout Service) -> Void) -> Service {
        var service = Service(name: "web", command: .shell("run"))
        change(&service)
        return service
    }
}
