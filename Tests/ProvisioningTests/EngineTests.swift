import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

/// A provider whose every answer a test decides.
private struct ScriptedProvider: ResourceProvider {
    var create: @Sendable (Resource) async throws -> Observed.State
    var wait: @Sendable (Resource, @Sendable (String) -> Void) async throws -> Void = { _, _ in }
    var delete: @Sendable (Observed) async throws -> Void = { _ in }

    func discover(_ graph: ResourceGraph) async throws -> World { World() }

    func create(_ resource: Resource, knowing facts: KnownFacts) async throws -> Observed {
        Observed(resource.address, resource.settings, facts: [.arn: "arn"], state: try await create(resource))
    }

    func update(_ resource: Resource, from observed: Observed, knowing facts: KnownFacts) async throws -> Observed {
        observed
    }

    func waitUntilReady(
        _ resource: Resource, _ observed: Observed, knowing facts: KnownFacts,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Observed {
        try await wait(resource, progress)
        return Observed(resource.address, resource.settings, facts: observed.facts)
    }

    func delete(_ observed: Observed, policy: DeletionPolicy) async throws { try await delete(observed) }
    func waitUntilGone(_ observed: Observed, progress: @escaping @Sendable (String) -> Void) async throws {}
}

private final class Counter: Sendable { let value = Mutex(0) }

struct EngineTests {
    private let time = VirtualTime(seed: 1)
    private static let topic = Address(.operations, "topic")
    private static let alarm = Address(.operations, "dashboard")

    /// A topic, and a dashboard that needs the topic's moment.
    private static func graph(_ moment: Moment = .ready) -> ResourceGraph {
        ResourceGraph([
            Resource(topic, SimulatedSettings.make(.topic, identity: "t", changeable: "k")),
            Resource(
                alarm, SimulatedSettings.make(.dashboard, identity: "d", changeable: "b"),
                needs: [Dependency(topic, moment)]),
        ])
    }

    private func apply(
        _ provider: ScriptedProvider, _ moment: Moment = .ready, waits: Bool = true, stop: StopSwitch = StopSwitch(),
        meanwhile: @escaping @Sendable (VirtualTime, StopSwitch) async -> Void = { _, _ in }
    ) throws -> Outcome {
        let time = time
        return try time.run {
            let graph = Self.graph(moment)
            let plan = ResourcePlanner.plan(graph, World())
            guard let list = try? JobList(plan, graph: graph, world: World()) else { return .nothing }
            async let other: Void = meanwhile(time, stop)
            let outcome = await Provisioner(provider: provider, time: Timekeeper(VirtualClock(time: time))).apply(
                list, knowing: KnownFacts(), waits: waits, stop: stop, feed: EventFeed(jobs: 2))
            await other
            return outcome
        }
    }

    @Test func whatNeedsAFailedResourceIsBlockedByItsName() throws {
        let outcome = try apply(
            ScriptedProvider { resource in
                guard resource.address != Self.topic else { throw Report("quota reached") }
                return .ready
            })
        #expect(outcome.failures.map(\.report.what) == ["quota reached"])
        #expect(outcome.statuses == [.failed, .blocked(by: Self.topic)])
    }

    @Test func whatHoldsDataIsKeptWithWhatItNeedsAndIsNoFailure() throws {
        let graph = Self.graph()
        var world = World()
        for resource in graph.resources {
            world.resources[resource.address] = Observed(resource.address, resource.settings, facts: [.arn: "arn"])
        }
        let full = world
        let provider = ScriptedProvider(
            create: { _ in .ready },
            delete: { observed in
                if observed.address == Self.alarm { throw KeptData(holding: "objects") }
            })
        let time = time
        let outcome = try time.run {
            let plan = ResourcePlanner.destruction(of: full)
            guard let list = try? JobList(plan, graph: graph, world: full) else { return Outcome.nothing }
            return await Provisioner(provider: provider, time: Timekeeper(VirtualClock(time: time))).apply(
                list, knowing: KnownFacts(full), stop: StopSwitch(), feed: EventFeed(jobs: 2))
        }
        #expect(outcome.isComplete && outcome.failures.isEmpty && outcome.done == 0)
        #expect(outcome.kept == [Self.alarm: "it holds objects", Self.topic: "\(Self.alarm), which stays, needs it"])
    }

    @Test func aWaitThatLastsTooLongNamesItsTimeOutAndWhatItWaitedFor() throws {
        let time = time
        let outcome = try apply(
            ScriptedProvider(
                create: { _ in .pending("provisioning") },
                wait: { _, progress in
                    progress("provisioning")
                    try await time.sleep(until: .seconds(1 << 30))
                }))
        expectGolden(outcome.failures.map(\.report.description).joined(separator: "\n") + "\n", "too-long")
        #expect(outcome.duration == TimeLimits.standard.ready(.topic))
    }

    @Test func aCanaryHasItsOwnTimeBesideThatOfADeployment() {
        let service = { (canary: ServiceCanary?) in
            Resource(
                Address(.application, "service", "web"),
                .ecsService(
                    ECSServiceSettings(
                        name: "web", cluster: "c", taskDefinition: "t", desiredCount: 2, capacity: [], subnets: [],
                        groups: [], canary: canary)))
        }
        let limits = TimeLimits.standard
        #expect(limits.ready(service(nil)) == limits.ready(.ecsService))
        let day = ServiceCanary(percent: 10, bake: 1440, watch: 3)
        #expect(limits.ready(service(day)) == limits.ready(.ecsService) + .seconds(1443 * 60))
    }

    @Test func aStopLetsTheCallInFlightFinishAndStartsNothingNew() throws {
        let time = time
        let calls = Counter()
        let outcome = try apply(
            ScriptedProvider { _ in
                try await time.sleep(until: .seconds(10))
                calls.value.withLock { $0 += 1 }
                return .ready
            }
        ) { time, stop in
            try? await time.sleep(until: .seconds(1))
            stop.request()
        }
        #expect(calls.value.withLock { $0 } == 1)
        #expect(outcome.statuses == [.done, .left])
        #expect(outcome.duration == .seconds(10))
    }

    @Test func aStopEndsAWaitAtOnce() throws {
        let time = time
        let outcome = try apply(
            ScriptedProvider(
                create: { _ in .pending("") }, wait: { _, _ in try await time.sleep(until: .seconds(100)) })
        ) { time, stop in
            try? await time.sleep(until: .seconds(1))
            stop.request()
        }
        #expect(outcome.left == [Self.topic, Self.alarm])
        #expect(outcome.duration == .seconds(1))
    }

    @Test func aSecondStopDoesNotWaitForTheCall() throws {
        let time = time
        let outcome = try apply(
            ScriptedProvider { _ in
                try await time.sleep(until: .seconds(100))
                return .ready
            }
        ) { time, stop in
            try? await time.sleep(until: .seconds(1))
            stop.request()
            stop.request()
        }
        #expect(outcome.left == [Self.topic, Self.alarm])
        #expect(outcome.duration == .seconds(1))
    }

    @Test func withoutWaitingOnlyWhatOthersNeedIsWaitedFor() throws {
        let time = time
        let outcome = try apply(
            ScriptedProvider(
                create: { _ in .pending("") },
                wait: { _, _ in try await time.sleep(until: time.now + .seconds(100)) }), waits: false)
        #expect(outcome.isComplete)
        #expect(outcome.duration == .seconds(100), "the dashboard needs the topic to be ready, nobody the dashboard")
    }

    @Test func aDependentOfTheIdentityDoesNotWaitUntilItIsReady() throws {
        let time = time
        let outcome = try apply(
            ScriptedProvider(
                create: { _ in .pending("") },
                wait: { _, _ in try await time.sleep(until: time.now + .seconds(100)) }), .identified)
        #expect(outcome.isComplete)
        #expect(outcome.duration == .seconds(100), "both wait side by side")
    }

    @Test func eventsKeepRoomForWhatCameOfEachJob() async {
        let feed = EventFeed(jobs: 1)
        let event = { (happening: ApplyEvent.Happening) in
            ApplyEvent(
                job: 0, address: Self.topic, kind: .topic, action: .create, happening: happening, at: .zero)
        }
        for number in 0..<10_000 { feed.send(event(.waiting("\(number)"))) }
        feed.send(event(.ready))
        feed.finish()
        var last: ApplyEvent?
        var count = 0
        for await event in feed.events { (last, count) = (event, count + 1) }
        #expect(last?.happening == .ready)
        #expect(count < 1100)
    }
}

extension Outcome {
    fileprivate static let nothing = Outcome(
        statuses: [], jobs: [], failures: [], unkept: [:], facts: KnownFacts(), duration: .zero)
}
