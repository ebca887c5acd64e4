import Foundation
import Plans
import Stacks
import TestKit
import Testing

@Suite struct StackDifferenceTests {
    static let running = Stack(
        name: "shop",
        services: [
            Service(name: "web", command: .shell("run"), environment: ["LEVEL": "info", "OLD": "1"]),
            Service(name: "jobs", command: .words(["./jobs"]), routes: []),
        ], database: Database())

    struct Edit: Sendable, CustomTestStringConvertible {
        var name: String
        var apply: @Sendable (inout Stack) -> Void
        var testDescription: String { name }
    }

    /// As a manifest has them.
    private static let jobs: [ScheduledJob] = {
        let text = """
            stack: shop
            services: { web: { command: run } }
            jobs: { report: { schedule: "30 3 * * *", timezone: Europe/Berlin, command: [./shop, report] } }

            """
        return ManifestCheck.check([ManifestSource(file: "terrace.yaml", text: text)], environment: nil).stack?.jobs
            ?? []
    }()

    static let edits = [
        Edit(name: "nothing") { _ in },
        Edit(name: "tasks") { $0.services[0].tasks = 4...12 },
        Edit(name: "fewer-tasks") { $0.services[0].tasks = 1...10 },
        Edit(name: "environment") { $0.services[0].environment = ["LEVEL": "debug", "NEW": ""] },
        Edit(name: "command") { $0.services[0].command = .words(["./shop", "serve"]) },
        Edit(name: "services") {
            $0.services.removeLast()
            $0.services.append(Service(name: "api", command: .shell("api"), tasks: 1...2))
        },
        Edit(name: "edge") {
            $0.edge = Edge(
                domain: "shop.example.com", origin: .public,
                cache: [CacheRule(path: RoutePattern(unchecked: "/s/*"), ttl: .seconds(3600))],
                firewall: Firewall(rules: [.common], rateLimit: nil))
        },
        Edit(name: "balancer") {
            let path = RequestCondition(paths: [RoutePattern(unchecked: "/a"), RoutePattern(unchecked: "/b/*")])
            let elsewhere = RequestCondition(
                hosts: ["*.example.com"], headers: [.init("X-Version", ["2"])], methods: ["GET"])
            $0.balancer.rules = [
                BalancerRule(
                    priority: 1, condition: path,
                    action: .forward([WeightedService("web", weight: 95), WeightedService("jobs", weight: 5)])),
                BalancerRule(priority: 2, condition: elsewhere, action: .forward([WeightedService("jobs")])),
                BalancerRule(priority: 7, condition: path, action: .redirect(Redirect(path: "/new/#{path}"))),
                BalancerRule(
                    priority: 9, condition: path, action: .answer(FixedAnswer(status: 503, body: "back at noon"))),
            ]
            $0.services[1].isNamedByRule = true
            $0.services[0].balancing = ServiceBalancing(
                sticky: .seconds(86_400), slowStart: .seconds(60), timeout: .seconds(10), ejection: nil)
        },
        Edit(name: "restart") {
            $0.local = LocalPorts(https: 9443)
            $0.zones = 3
            $0.database?.readers = 2
        },
        Edit(name: "figures") { stack in
            stack.usage = Usage(
                requests: 1, egress: .gibibytes(1), uploads: .gibibytes(1), cacheHits: 90, tasks: ["web": 250],
                database: DatabaseUsage(storage: .gibibytes(1), io: 1, capacity: 50, logs: .gibibytes(2)),
                logs: .gibibytes(1), nat: .gibibytes(1), flowLogs: .gibibytes(2), images: .gibibytes(1), freeTier: false
            )
            stack.budget = .cents(40_000)
        },
        Edit(name: "jobs") { stack in
            stack.jobs = jobs
        },
        Edit(name: "without-database") { $0.database = nil },
        Edit(name: "everything") { stack in
            stack.name = "store"
            stack.environment = "staging"
            stack.region = "eu-central-1"
            stack.network = Network(cidr: CIDR(address: 10 << 24, prefix: 17), nat: .none, endpoints: [])
            stack.alarms = Alarms(notify: ["ops@example.com"])
            stack.tags = ["team": "web"]
            stack.database = Database(
                version: .exact("16"), capacity: .serverless(min: 0.5, max: 8), readers: 1, backups: .seconds(86_400))
            stack.services[0] = Service(
                name: "web", image: ".", command: .shell(String(repeating: "long ", count: 20)), port: 80,
                routes: [RoutePattern(unchecked: "/a")],
                health: HealthCheck(
                    path: "/up", interval: .seconds(20), timeout: .seconds(6), healthy: 3, unhealthy: 4, grace: .zero),
                cpu: 256, memory: .mebibytes(512), limits: TaskLimits(cpu: 256, memory: .mebibytes(512)), tasks: 3...3,
                scaleOn: ScaleOn(cpu: nil, requestsPerTask: 9), spot: 5,
                environment: [:], secrets: ["KEY"], release: .shell("migrate"), stopTimeout: .seconds(5))
        },
    ]

    @Test(arguments: edits) func everyDifferenceIsShownWithItsReason(_ edit: Edit) {
        var wanted = Self.running
        edit.apply(&wanted)
        let forward = StackDifference.plan(from: Self.running, to: wanted)
        let back = StackDifference.plan(from: wanted, to: Self.running)
        expectGolden("\(forward.text)\nand back:\n\n\(back.text)", "plan-\(edit.name)")
        #expect(forward.isEmpty == (wanted == Self.running))
    }

    @Test func aStackDoesNotDifferFromItself() {
        #expect(StackDifference.plan(from: Self.running, to: Self.running) == Plan())
    }

    @Test func addressesAreUnique() {
        var wanted = Self.running
        for edit in Self.edits { edit.apply(&wanted) }
        let addresses = StackDifference.plan(from: Self.running, to: wanted).changes.map(\.address)
        #expect(Set(addresses).count == addresses.count)
    }

    @Test func onlyWhatCannotBeAppliedLiveAsksForARestart() {
        var wanted = Self.running
        wanted.services[0].tasks = 4...12
        #expect(!StackDifference.plan(from: Self.running, to: wanted).requiresRestart)
        wanted.local.http = 9000
        #expect(StackDifference.plan(from: Self.running, to: wanted).requiresRestart)
    }

    @Test func aPlanSurvivesItsJSON() throws {
        var wanted = Self.running
        wanted.services[0].tasks = 4...12
        let plan = StackDifference.plan(from: Self.running, to: wanted)
        #expect(try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan)) == plan)
    }
}
