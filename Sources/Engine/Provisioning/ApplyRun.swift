import Resources
import Stacks

/// Decides what an apply does next. It is told what came of the last call and answers with the calls to make now, all of
/// them at once; it makes none itself.
struct ApplyRun {
    struct Call: Sendable {
        enum Work: Sendable {
            case create(Resource)
            case update(Resource, from: Observed)
            case waitUntilReady(Resource, Observed)
            case delete(Observed)
            case waitUntilGone(Observed)
        }

        var job: Job.ID
        var work: Work
        var facts: KnownFacts
    }

    enum Message: Sendable {
        /// A creation or an update was accepted.
        case changed(Job.ID, Observed)
        /// The wait until it is ready is over.
        case settled(Job.ID, Observed)
        /// The deletion was accepted.
        case deleting(Job.ID)
        case gone(Job.ID)
        case failed(Job.ID, Report)
        /// It was to be deleted and is left alone on purpose.
        case kept(Job.ID, KeptData)
        /// A wait or a call ended because somebody asked to stop.
        case gaveUp(Job.ID)
        case stop(StopSwitch.Level)
    }

    private let list: JobList
    private let waits: Bool
    private(set) var schedule: Schedule
    private(set) var facts: KnownFacts
    private(set) var failures: [Outcome.Failure] = []
    private(set) var kept: [Address: String] = [:]
    private(set) var unkept: [Address: [String]] = [:]
    private var convergence: [Job.ID: Convergence] = [:]
    private var hasFacts: Set<Job.ID> = []
    private var created: Set<Address> = []
    private var isStopping = false
    /// What happened since it was last asked, oldest first.
    private var happened: [(Job.ID, ApplyEvent.Happening)] = []

    /// Without `waits` nothing is waited for that no other job needs.
    init(_ list: JobList, facts: KnownFacts, waits: Bool) {
        self.list = list
        self.waits = waits
        schedule = Schedule(list)
        self.facts = facts
        for job in list.jobs {
            // The id of the one that leaves must not pass for its successor's.
            if case .create = job.work { self.facts.facts[job.address] = nil }
            if case .update = job.work {
                for fact in job.kind.factsOfUpdate { self.facts.facts[job.address]?[fact] = nil }
            }
        }
    }

    var isOver: Bool { schedule.isOver }

    mutating func takeHappenings() -> [(Job.ID, ApplyEvent.Happening)] {
        defer { happened = [] }
        return happened
    }

    mutating func begin() -> [Call] { start(schedule.begin()) }

    mutating func handle(_ message: Message) -> [Call] {
        switch message {
        case .changed(let id, let observed): return learnt(id, observed)
        case .settled(let id, let observed): return learnt(id, observed)
        case .deleting(let id): return gone(id, only: false)
        case .gone(let id): return gone(id, only: true)
        case .failed(let id, let report):
            fail(id, report)
            return []
        case .kept(let id, let data):
            keep(id, data.holding)
            return []
        case .gaveUp(let id):
            giveUp(id)
            return []
        case .stop:
            guard !isStopping else { return [] }
            isStopping = true
            for id in schedule.stop() { happened.append((id, .left)) }
            return []
        }
    }

    private mutating func start(_ ids: [Job.ID]) -> [Call] {
        var adopted: [Job.ID] = []
        let calls = ids.compactMap { id -> Call? in
            happened.append((id, .started))
            let job = list[id]
            switch job.work {
            case .create(let resource): return Call(job: id, work: .create(resource), facts: facts)
            case .update(let resource, let observed):
                convergence[id, default: Convergence()].updated()
                return Call(job: id, work: .update(resource, from: observed), facts: facts)
            case .settle(let resource, let observed):
                return Call(job: id, work: .waitUntilReady(resource, observed), facts: facts)
            case .delete(let observed) where isAdopted(observed, at: job.address):
                adopted.append(id)
                return nil
            case .delete(let observed): return Call(job: id, work: .delete(observed), facts: facts)
            case .awaitEnd(let observed): return Call(job: id, work: .waitUntilGone(observed), facts: facts)
            }
        }
        return adopted.reduce(calls) { $0 + gone($1, only: true) }
    }

    /// Whether this apply's own creation has found the very thing that was to be deleted, and taken it: then it stays.
    private func isAdopted(_ observed: Observed, at address: Address) -> Bool {
        guard created.contains(address), let current = facts.facts[address] else { return false }
        for fact in [Fact.arn, .id, .url, .name] {
            if let one = observed.facts[fact], let other = current[fact] { return one == other }
        }
        return false
    }

    /// Tells dependents what is known now and decides how its own job goes on.
    private mutating func learnt(_ id: Job.ID, _ observed: Observed) -> [Call] {
        let address = list[id].address
        facts.facts[address, default: [:]].merge(observed.facts) { _, new in new }
        var calls: [Call] = []
        if hasFacts.insert(id).inserted {
            happened.append((id, .identified))
            if case .create = list[id].work { created.insert(address) }
            calls += start(schedule.identified(id))
        }
        guard let resource = list[id].resource else { return calls }
        if case .failed(let reason) = observed.state {
            fail(id, Report("\(address) will not come up: \(reason)", next: "run the same command again: it continues"))
            return calls
        }
        let mayWait = waits || schedule.isAwaited(id)
        let next = convergence[id, default: Convergence()].next(resource, observed, facts, mayWait: mayWait)
        switch next {
        case .update where isStopping, .wait where isStopping: giveUp(id)
        case .update: calls.append(Call(job: id, work: .update(resource, from: observed), facts: facts))
        case .wait: calls.append(Call(job: id, work: .waitUntilReady(resource, observed), facts: facts))
        case .finished(let names):
            if !names.isEmpty { unkept[address] = names }
            happened.append((id, observed.state == .ready ? .ready : .exists))
            calls += start(schedule.finished(id))
        }
        return calls
    }

    /// A deletion that was accepted is waited for, since others need the room; one that is over lets them go.
    private mutating func gone(_ id: Job.ID, only isOver: Bool) -> [Call] {
        if isOver {
            happened.append((id, .ready))
            return start(schedule.finished(id))
        }
        guard let observed = list[id].removed else { return [] }
        if isStopping {
            giveUp(id)
            return []
        }
        if !waits, !schedule.isAwaited(id) {
            happened.append((id, .exists))
            return start(schedule.finished(id))
        }
        return [Call(job: id, work: .waitUntilGone(observed), facts: facts)]
    }

    private mutating func fail(_ id: Job.ID, _ report: Report) {
        failures.append(Outcome.Failure(address: list[id].address, report: report))
        happened.append((id, .failed(report)))
        for blocked in schedule.failed(id) { happened.append((blocked, .blocked(by: list[id].address))) }
    }

    private mutating func keep(_ id: Job.ID, _ holding: String) {
        let address = list[id].address
        let before = Set(schedule.statuses.indices.filter { schedule.statuses[$0] == .kept })
        let blocked = schedule.kept(id)
        for other in schedule.statuses.indices where schedule.statuses[other] == .kept && !before.contains(other) {
            let reason = other == id ? "it holds \(holding)" : "\(address), which stays, needs it"
            kept[list[other].address] = reason
            happened.append((other, .kept(reason)))
        }
        for other in blocked { happened.append((other, .blocked(by: address))) }
    }

    private mutating func giveUp(_ id: Job.ID) {
        schedule.gaveUp(id)
        happened.append((id, .left))
    }
}

extension Job {
    fileprivate var resource: Resource? {
        switch work {
        case .create(let resource), .update(let resource, _), .settle(let resource, _): resource
        case .delete, .awaitEnd: nil
        }
    }

    fileprivate var removed: Observed? {
        switch work {
        case .delete(let observed), .awaitEnd(let observed): observed
        case .create, .update, .settle: nil
        }
    }
}
