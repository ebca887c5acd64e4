import Stacks
import Testing

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
            name: "web", image: ".", command: .shell(".build/release/guestbook"), environment: ["LOG_LEVEL": "info"],
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
        ("cpu: 256", service { ($0.cpu, $0.memory) = (256, .mebibytes(512)) }),
        ("cpu: 1024\nmemory: 2 GiB", service { ($0.cpu, $0.memory) = (1024, .gibibytes(2)) }),
        ("memory: 2GB", service { $0.memory = .gibibytes(2) }),
        ("memory: 2048MB", service { $0.memory = .gibibytes(2) }),
        ("cpu: 256\nmemory: 0.5 GB", service { ($0.cpu, $0.memory) = (256, .mebibytes(512)) }),
        ("cpu: 8192\nmemory: 20GiB", service { ($0.cpu, $0.memory) = (8192, .gibibytes(20)) }),
        ("tasks: { min: 20 }", service { $0.tasks = 20...20 }),
        ("tasks: { max: 3 }", service { $0.tasks = 2...3 }),
        ("scale-on: { requests-per-task: 500 }", service { $0.scaleOn = ScaleOn(cpu: nil, requestsPerTask: 500) }),
        ("routes: []", service { $0.routes = [] }),
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

    @Test func aDomainMakesTheOriginPublic() {
        #expect(check(Manifests.minimal + "edge: { domain: shop.example.com }").stack?.edge.origin == .public)
        #expect(check(Manifests.minimal).stack?.edge.origin == .private)
    }

    @Test func theRateLimitCanBeSwitchedOff() {
        let stack = check(Manifests.minimal + "edge: { firewall: { rate-limit: none } }").stack
        #expect(stack?.edge.firewall == Firewall(rateLimit: nil))
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
