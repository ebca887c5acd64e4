import Plans
import Resources
import Stacks

/// Jobs while their order is worked out.
///
/// Coming up, a job waits for the moments that its resource names. Going away, a resource waits for everything that
/// depends on it: what is deleted as well must be gone, what stays must have let go of it. For what the graph does not
/// know, the kinds tell (`ResourceKind.isHeld(by:)`). Where AWS ends a tie by itself, the one that depends goes last
/// (`DeletionOrder.isLetGo`).
struct JobDraft {
    private let graph: ResourceGraph
    private let world: World
    private let reach: GraphReach
    private let byHand: Set<Address>
    private var jobs: [Job] = []
    /// The job that makes or changes what stands at an address.
    private var arrivals: [Address: Job.ID] = [:]
    /// The job that removes the predecessor of what stands at an address.
    private var farewells: [Address: Job.ID] = [:]
    /// Predecessors that must go before their successors can come.
    private var leavingFirst: Set<Address> = []

    init(_ plan: ResourcePlan, graph: ResourceGraph, world: World) throws(Report) {
        self.graph = graph
        self.world = world
        reach = GraphReach(graph)
        byHand = Set(plan.byHand.map(\.address))
        for change in plan.changes { try add(change) }
        for address in plan.pending.keys.sorted() {
            if let resource = graph[address], let observed = world.resources[address] {
                arrivals[address] = append(resource.kind, address, .settle(resource, observed))
            }
        }
        // What depends on one that leaves first leaves before it.
        let following = farewells.keys.filter { address in leavingFirst.contains { reach.depends(address, on: $0) } }
        leavingFirst.formUnion(following)
    }

    private mutating func add(_ change: ResourceChange) throws(Report) {
        let address = change.address
        switch (change.action, change.desired, change.observed) {
        case (.create, let desired?, _):
            arrivals[address] = append(desired.kind, address, .create(desired))
        case (.update, let desired?, let observed?), (.adopt, let desired?, let observed?):
            arrivals[address] = append(desired.kind, address, .update(desired, from: observed))
        case (.replace(let order), let desired?, let observed?):
            farewells[address] = append(observed.settings.kind, address, end(observed), isReplacement: true)
            arrivals[address] = append(desired.kind, address, .create(desired), isReplacement: true)
            if order == .deleteFirst { leavingFirst.insert(address) }
        case (.delete, _, let observed?):
            _ = append(observed.settings.kind, address, end(observed))
        default:
            throw Report("cannot carry out the plan: the change of \(address) does not say what is there or wanted")
        }
    }

    private func end(_ observed: Observed) -> Job.Work {
        observed.state == .deleting ? .awaitEnd(observed) : .delete(observed)
    }

    private mutating func append(
        _ kind: ResourceKind, _ address: Address, _ work: Job.Work, isReplacement: Bool = false
    ) -> Job.ID {
        jobs.append(Job(address: address, kind: kind, work: work, isReplacement: isReplacement))
        return jobs.count - 1
    }

    // MARK: - Order

    func finished() throws(Report) -> [Job] {
        var ordered = jobs
        for id in jobs.indices {
            ordered[id].needs = jobs[id].isRemoval ? needsOfRemoval(id) : try needsOfArrival(id)
        }
        return withTiesEnded(withNeedsByKind(ordered))
    }

    private func needsOfArrival(_ id: Job.ID) throws(Report) -> Set<Job.Need> {
        let job = jobs[id]
        var needs: Set<Job.Need> = []
        for dependency in graph.dependencies(of: job.address) {
            if let need = try need(dependency, of: job.address) { needs.insert(need) }
        }
        if let farewell = farewells[job.address], leavingFirst.contains(job.address) {
            needs.insert(Job.Need(farewell, .ready))
        }
        return needs
    }

    /// Nil when what is needed is there already.
    private func need(_ dependency: Dependency, of address: Address) throws(Report) -> Job.Need? {
        guard let arrival = arrivals[dependency.address] else {
            if world.resources[dependency.address] != nil || byHand.contains(dependency.address) { return nil }
            throw Report(
                "cannot carry out the plan: \(address) needs \(dependency.address), which neither exists nor is planned",
                next: "plan again")
        }
        let isNew = if case .create = jobs[arrival].work { true } else { !jobs[arrival].kind.factsOfUpdate.isEmpty }
        // What exists has its identity, unless a change gives it another one.
        return isNew || dependency.moment == .ready ? Job.Need(arrival, dependency.moment) : nil
    }

    /// What the graph says. A duplicate needs and is needed like the resource whose address it has.
    private func needsOfRemoval(_ id: Job.ID) -> Set<Job.Need> {
        let job = jobs[id]
        guard graph[job.address] != nil else { return [] }
        var needs: Set<Job.Need> = []
        for (other, candidate) in jobs.enumerated() where candidate.isRemoval {
            if reach.depends(candidate.address, on: job.address) { needs.insert(Job.Need(other, .ready)) }
        }
        // The old one stays until everything that used it has turned to the new one.
        if job.isReplacement, !leavingFirst.contains(job.address) {
            if let arrival = arrivals[job.address] { needs.insert(Job.Need(arrival, .ready)) }
            for (other, candidate) in jobs.enumerated()
            where !candidate.isRemoval && reach.depends(candidate.address, on: job.address) {
                needs.insert(Job.Need(other, .ready))
            }
        }
        return needs
    }

    /// Whether the graph speaks of exactly this resource; a duplicate only shares its address.
    private func isInPlace(_ job: Job) -> Bool {
        switch job.work {
        case .delete(let observed), .awaitEnd(let observed):
            graph[job.address] != nil && world.resources[job.address] == observed
        case .create, .update, .settle: true
        }
    }

    /// What the kinds say about resources that the graph does not know. It may be more than is true of these, so a need
    /// that would close a circle is left out: AWS refuses the deletion until the way is free, and the provider tries again.
    private func withNeedsByKind(_ ordered: [Job]) -> [Job] {
        var result = ordered
        let strays = ordered.indices.filter { ordered[$0].isRemoval && !isInPlace(ordered[$0]) }
        let mayCircle = ordered.contains { !$0.isRemoval }
        func add(_ need: Job.Need, to id: Job.ID) {
            if !mayCircle || !waits(need.job, for: id, result) { result[id].needs.insert(need) }
        }
        for id in strays {
            // A creation may find that this is what it was to make.
            if let arrival = arrivals[ordered[id].address] { add(Job.Need(arrival, .identified), to: id) }
        }
        // First what goes: a part seldom stands on what stays, and what it stands on is often replaced.
        for id in ordered.indices where ordered[id].isRemoval {
            for (other, candidate) in ordered.enumerated() where candidate.isRemoval && other != id {
                guard graph[ordered[id].address] == nil || graph[candidate.address] == nil else { continue }
                if ordered[id].kind.isHeld(by: candidate.kind) { add(Job.Need(other, .ready), to: id) }
            }
        }
        for id in strays {
            for (other, candidate) in ordered.enumerated() where !candidate.isRemoval {
                let changes = if case .update = candidate.work { true } else { candidate.isReplacement }
                if changes, ordered[id].kind.isHeld(by: candidate.kind) { add(Job.Need(other, .ready), to: id) }
            }
        }
        return result
    }

    /// A tie that ends by itself turns the wait around: then no call has to end it. Where one waits for the other in yet
    /// another way, that may turn with the next round; a circle never comes of it.
    private func withTiesEnded(_ ordered: [Job]) -> [Job] {
        var result = ordered
        func isTurned(_ held: Job.ID, _ holder: Job.ID) -> Bool {
            let need = Job.Need(holder, .ready)
            guard result[held].needs.remove(need) != nil else { return false }
            let canTurn = !waits(held, for: holder, result)
            if canTurn { result[holder].needs.insert(Job.Need(held, .ready)) } else { result[held].needs.insert(need) }
            return canTurn
        }
        let leaving = ordered.indices.filter { ordered[$0].isRemoval && !ordered[$0].isReplacement }
        let ties = leaving.flatMap { held in
            leaving.filter { DeletionOrder.isLetGo(ordered[held].kind, by: ordered[$0].kind) }.map { (held, $0) }
        }
        while ties.map({ isTurned($0.0, $0.1) }).contains(true) {}
        return result
    }

    private func waits(_ job: Job.ID, for target: Job.ID, _ jobs: [Job]) -> Bool {
        var open = [job]
        var seen: Set<Job.ID> = []
        while let next = open.popLast() {
            if next == target { return true }
            if seen.insert(next).inserted { open += jobs[next].needs.map(\.job) }
        }
        return false
    }
}
