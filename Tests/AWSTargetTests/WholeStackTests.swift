import AWSTarget
import PeerKit
import Plans
import Provisioning
import Resources
import Stacks
import Testing

/// A stack from nothing to nothing, as the verbs go: discover, plan, apply, and the same backwards.
struct WholeStackTests {
    struct Course: Sendable, CustomTestStringConvertible {
        var stack: Stack
        var faults = FaultRates()
        var seed: UInt64 = 1

        var testDescription: String { faults.rates.isEmpty ? stack.name : "\(stack.name), bad day \(seed)" }
    }

    private static let standard = Stack(
        name: "guestbook", services: [Service(name: "web", image: "nginx:1.29")], database: Database())

    private static let shop = Stack(
        name: "shop", environment: "staging", zones: 2,
        network: Network(nat: .single, endpoints: [.s3, .ecr, .logs]),
        edge: Edge(
            domain: "shop.example.com", origin: .public,
            cache: [CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(86_400))]),
        services: [
            Service(
                name: "web", image: "nginx:1.29", tasks: 3...12, scaleOn: ScaleOn(cpu: 50, requestsPerTask: 600),
                spot: 60, release: .shell("./web migrate")),
            Service(name: "api", image: "nginx:1.29", port: 4000, routes: [RoutePattern(unchecked: "/api/*")]),
            Service(name: "mailer", image: "nginx:1.29", routes: []),
        ], database: Database(capacity: .serverless(min: 0.5, max: 8), readers: 2),
        alarms: Alarms(notify: ["ops@example.com"]), tags: ["team": "shop"],
        jobs: [("report", "*/15 8-18 * * MON-FRI", "web"), ("sweep", "0 4 1 * *", "mailer")].compactMap {
            name, text, service in
            CronSchedule(text).map {
                ScheduledJob(
                    name: name, schedule: $0, timezone: "Europe/Berlin", service: service,
                    command: .shell("./\(name) \"$HOME\""))
            }
        })

    private static let courses: [Course] = [
        Course(stack: standard), Course(stack: shop), Course(stack: standard, faults: .badDay, seed: 1),
        Course(stack: standard, faults: .badDay, seed: 2),
    ]

    /// How often the same command may have to be given on a bad day.
    private static let mostRuns = 5

    @Test(arguments: courses)
    func theSecondPlanIsEmptyAndNothingIsLeftInTheEnd(_ course: Course) async throws {
        let graph = StackResources.graph(of: course.stack)
        try await TargetWorld.with(
            course.stack.fullName, faults: course.faults, seed: course.seed, zones: ["example.com"]
        ) { world in
            let runs = course.faults.rates.isEmpty ? 1 : Self.mostRuns
            let rest = try await repeated(runs) { mayFail in
                try await world.apply(graph, mayFail: mayFail)
                return try await world.remaining(graph)
            }
            #expect(rest.isEmpty, "\(rest.joined(separator: "\n"))")
            let left = try await repeated(runs) { mayFail in
                try await world.destroy(graph, mayFail: mayFail)
                return try await world.cloud.remains(graph).map(\.name)
            }
            #expect(left.isEmpty, "\(left)")
        }
    }

    /// Runs `body` until nothing is left to do, as an operator does who gives the same command again; what is left by the last run.
    private func repeated(
        _ most: Int, _ body: (_ mayFail: Bool) async throws -> [String]
    ) async throws -> [String] {
        for _ in 1..<most {
            if let left = try? await body(true), left.isEmpty { return [] }
        }
        return try await body(false)
    }
}

extension TargetWorld {
    /// Everything at once, as the engine does it.
    func apply(_ graph: ResourceGraph, mayFail: Bool = false) async throws {
        let world = try await target.discover(graph)
        let plan = ResourcePlanner.plan(graph, world)
        #expect(plan.refusals.isEmpty)
        try await carryOut(JobList(plan, graph: graph, world: world), world, mayFail)
    }

    func destroy(_ graph: ResourceGraph, mayFail: Bool = false) async throws {
        let world = try await target.discover(graph)
        let list = try JobList(ResourcePlanner.destruction(of: world), graph: graph, world: world)
        try await carryOut(list, world, mayFail)
    }

    private func carryOut(_ list: JobList, _ world: World, _ mayFail: Bool) async throws {
        let outcome = await Provisioner(provider: target, time: time).apply(
            list, knowing: KnownFacts(world), policy: .deleteData, stop: StopSwitch(),
            feed: EventFeed(jobs: list.jobs.count))
        if !mayFail { for failure in outcome.failures { Issue.record("\(failure.address): \(failure.report)") } }
        #expect(outcome.unkept.isEmpty, "\(outcome.unkept)")
        #expect(outcome.isComplete || !outcome.failures.isEmpty)
    }
}
