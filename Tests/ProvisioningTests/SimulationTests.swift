import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

/// One seed is one story: a stack comes up under faults and crashes, is edited, comes up again, and is destroyed.
struct SimulationTests {
    @Test(arguments: 0..<20)
    func everyRunEndsInTheDesiredWorld(batch: Int) throws {
        for seed in UInt64(batch * 50)..<UInt64(batch * 50 + 50) { try Story(seed: seed).tell() }
    }
}

struct Story {
    let seed: UInt64
    private let time: VirtualTime
    private let cloud: SimulatedCloud

    init(seed: UInt64) {
        self.seed = seed
        time = VirtualTime(seed: seed)
        cloud = SimulatedCloud(time: time, seed: seed)
    }

    func tell() throws {
        var generator = SeededGenerator(seed: seed)
        // Most stories are short; some are as large as a stack ever gets.
        let size = seed % 50 == 0 ? 200 : seed % 10 == 0 ? 40 : 12
        let first = RandomStack(count: Int.random(in: 1...size, using: &generator), using: &generator)
        try converge(first, &generator)
        let second = first.edited(using: &generator)
        if Bool.random(using: &generator) { duplicateOne(&generator) }
        try converge(second, &generator)
        try converge(RandomStack(), &generator, destroying: second)
        #expect(cloud.existing.isEmpty, "seed \(seed): something is left")
    }

    /// Runs with faults, then without, until nothing is to do; three quiet runs must be enough.
    private func converge(
        _ stack: RandomStack, _ generator: inout SeededGenerator, destroying old: RandomStack? = nil
    ) throws {
        for attempt in 0..<12 {
            cloud.state.withLock { state in
                state.isDead = false
                state.calls = 0
                state.faults = attempt < 5 ? faults(&generator) : SimulatedCloud.Faults()
            }
            let isDone = try once(stack, old)
            let broken = cloud.state.withLock { $0.broken }
            #expect(broken.isEmpty, "seed \(seed): \(broken)")
            guard broken.isEmpty else { throw Broken() }
            if isDone { return checkWorld(stack) }
        }
        Issue.record("seed \(seed): does not come to an end")
        throw Broken()
    }

    struct Broken: Error {}

    private func faults(_ generator: inout SeededGenerator) -> SimulatedCloud.Faults {
        var faults = SimulatedCloud.Faults()
        if Bool.random(using: &generator) { faults.before = 8 }
        if Bool.random(using: &generator) { faults.after = 8 }
        if Bool.random(using: &generator) { faults.broken = 5 }
        if Bool.random(using: &generator) { faults.staleness = .seconds(5) }
        if Bool.random(using: &generator) { faults.crash = Int.random(in: 1...40, using: &generator) }
        return faults
    }

    /// True when there was nothing to do.
    private func once(_ stack: RandomStack, _ old: RandomStack?) throws -> Bool {
        let (time, cloud, seed) = (time, cloud, seed)
        let graph = (old ?? stack).graph
        return try time.run {
            // Whoever runs a command again takes a moment.
            try? await time.sleep(until: time.now + .seconds(20))
            guard let world = try? await cloud.discover(graph) else { return false }
            // The engine is asked to go on where data is in the way: what may go is the planner's to say.
            let plan =
                old == nil
                ? ResourcePlanner.plan(graph, world, allowing: Set(world.resources.keys))
                : ResourcePlanner.destruction(of: world)
            if plan.changes.isEmpty, plan.pending.isEmpty { return true }
            do {
                let list = try JobList(plan, graph: graph, world: world)
                cloud.leavingFirst.withLock { leaving in
                    leaving = Set(
                        list.jobs.filter { job in
                            guard case .create = job.work else { return false }
                            return job.needs.contains { list[$0.job].address == job.address }
                        }.map(\.address))
                }
                cloud.leaving.withLock { leaving in
                    leaving = Set(
                        list.jobs.compactMap { job in
                            guard case .delete(let observed) = job.work, !job.isReplacement else { return nil }
                            return observed.facts[.id]
                        })
                }
                await apply(list, world, time, cloud, seed)
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
            return false
        }
    }

    private func duplicateOne(_ generator: inout SeededGenerator) {
        cloud.state.withLock { state in
            guard var copy = state.objects.values.sorted(by: { $0.id < $1.id }).randomElement(using: &generator) else {
                return
            }
            copy.id = "twin-\(copy.id)"
            state.objects[copy.id] = copy
        }
    }

    /// Every address once, with the settings that are wanted, and nothing else.
    private func checkWorld(_ stack: RandomStack) {
        let objects = cloud.existing
        let ids = Dictionary(objects.map { ($0.address, $0.id) }) { first, _ in first }
        #expect(ids.count == objects.count, "seed \(seed): something exists twice")
        #expect(objects.count == stack.parts.count, "seed \(seed): \(objects.count) instead of \(stack.parts.count)")
        for (number, part) in stack.parts {
            let object = objects.first { $0.address == RandomStack.address(number) }
            let identity = RandomStack.text(part.generation, part.links.filter(\.replaces), ids)
            let changeable = RandomStack.text(part.size, part.links.filter { !$0.replaces }, ids)
            #expect(object?.identity == identity, "seed \(seed)")
            #expect(object?.changeable == changeable, "seed \(seed)")
        }
    }
}

/// A crash takes the engine away in the middle of whatever it does.
@Sendable private func apply(
    _ list: JobList, _ world: World, _ time: VirtualTime, _ cloud: SimulatedCloud, _ seed: UInt64
) async {
    let feed = EventFeed(jobs: list.jobs.count)
    let provisioner = Provisioner(provider: cloud, time: Timekeeper(VirtualClock(time: time)))
    let isQuiet = cloud.state.withLock { $0.faults == SimulatedCloud.Faults() }
    let isSettled = (Array(world.resources.values) + world.strays).allSatisfy { $0.state == .ready }
    let outcome = await provisioner.apply(list, knowing: KnownFacts(world), stop: StopSwitch(), feed: feed)
    #expect(outcome.unkept.isEmpty, "seed \(seed): \(outcome.unkept)")
    let undone = zip(outcome.jobs, outcome.statuses).filter { $0.1 != .done }
    if isQuiet, isSettled, world.strays.isEmpty {
        #expect(undone.isEmpty, "seed \(seed): \(undone.map { ($0.0.address, $0.1) }) \(outcome.failures)")
        #expect(outcome.duration == longestChain(list, cloud), "seed \(seed)")
    }
    // Whatever was not reached has a failure to its name.
    let failed = Set(outcome.failures.map(\.address))
    for (address, cause) in outcome.blocked { #expect(failed.contains(cause), "seed \(seed): \(address) by \(cause)") }
    checkStory(await feed.events.reduce(into: []) { $0.append($1) }, outcome, seed)
}

/// Every job tells its start once and its end once.
private func checkStory(_ events: [ApplyEvent], _ outcome: Outcome, _ seed: UInt64) {
    let byJob = Dictionary(grouping: events, by: \.job)
    for (id, status) in outcome.statuses.enumerated() {
        let own = byJob[id] ?? []
        let starts = own.count { $0.happening == .started }
        let ends = own.count { event in
            switch event.happening {
            case .started, .waiting, .identified: false
            case .ready, .exists, .failed, .kept, .blocked, .left: true
            }
        }
        #expect(ends == 1, "seed \(seed): \(own)")
        if case .blocked = status { #expect(starts == 0, "seed \(seed)") }
        if case .done = status { #expect(starts == 1, "seed \(seed)") }
    }
    #expect(events.map(\.at) == events.map(\.at).sorted(), "seed \(seed): events out of order")
}

/// When the last job ends if each starts the moment it may: what an apply must take and no more.
private func longestChain(_ list: JobList, _ cloud: SimulatedCloud) -> Duration {
    var identified: [Job.ID: Duration] = [:]
    var ready: [Job.ID: Duration] = [:]
    func visit(_ id: Job.ID) {
        guard ready[id] == nil else { return }
        let job = list[id]
        for need in job.needs { visit(need.job) }
        let start = job.needs.map { ($0.moment == .ready ? ready : identified)[$0.job] ?? .zero }.max() ?? .zero
        let lasts = { cloud.lasts(job.address, $0) }
        switch job.work {
        case .create:
            let born = start + lasts(SimulatedCloud.actions.create)
            identified[id] = born
            let changed = cloud.isBornUnfinished(job.address) ? born + lasts(SimulatedCloud.actions.update) : born
            ready[id] = max(changed, born + lasts(SimulatedCloud.actions.ready))
        case .update: ready[id] = start + lasts(SimulatedCloud.actions.update)
        case .settle: ready[id] = start
        case .delete, .awaitEnd:
            ready[id] = start + lasts(SimulatedCloud.actions.delete) + lasts(SimulatedCloud.actions.gone)
        }
    }
    for id in list.jobs.indices { visit(id) }
    return ready.values.max() ?? .zero
}
