package import Resources

/// Which jobs wait, run and are over, and what may start now. No clock and no concurrency: it is told what happened and
/// answers with the jobs to start, all of them at once.
package struct Schedule: Sendable {
    package enum Status: Sendable, Equatable {
        case waiting
        case running
        /// Still running, but others may use its facts.
        case identified
        case done
        case failed
        /// It was to be deleted and stays on purpose, or what stays needs it.
        case kept
        /// Never started: it would have needed what failed there.
        case blocked(by: Address)
        /// Never started, or given up: somebody asked to stop.
        case left
    }

    package private(set) var statuses: [Status]
    private let list: JobList
    /// Needs that are still to be met.
    private var open: [Int]
    private var waiters: [[(job: Job.ID, moment: Moment)]]
    private var isStopping = false

    package init(_ list: JobList) {
        self.list = list
        statuses = Array(repeating: .waiting, count: list.jobs.count)
        open = list.jobs.map(\.needs.count)
        waiters = Array(repeating: [], count: list.jobs.count)
        for (id, job) in list.jobs.enumerated() {
            for need in job.needs { waiters[need.job].append((id, need.moment)) }
        }
    }

    /// Nothing runs and nothing may start.
    package var isOver: Bool { !statuses.contains { $0 == .running || $0 == .identified || $0 == .waiting } }

    /// Whether somebody waits until it is ready, which decides what an apply that does not wait must wait for all the same.
    package func isAwaited(_ id: Job.ID) -> Bool {
        waiters[id].contains { $0.moment == .ready && statuses[$0.job] == .waiting }
    }

    package mutating func begin() -> [Job.ID] { start(statuses.indices.filter { open[$0] == 0 }) }

    package mutating func identified(_ id: Job.ID) -> [Job.ID] {
        guard statuses[id] == .running else { return [] }
        statuses[id] = .identified
        return meet(id, [.identified])
    }

    /// Ready, or gone.
    package mutating func finished(_ id: Job.ID) -> [Job.ID] {
        let reached: Set<Moment> = statuses[id] == .identified ? [.ready] : [.identified, .ready]
        guard statuses[id] == .running || statuses[id] == .identified else { return [] }
        statuses[id] = .done
        return meet(id, reached)
    }

    /// Answers with the jobs that can no longer start because of it.
    package mutating func failed(_ id: Job.ID) -> [Job.ID] {
        let reached: Set<Moment> = statuses[id] == .identified ? [.identified] : []
        statuses[id] = .failed
        var blocked: [Job.ID] = []
        var causes = [(id, reached)]
        while let (cause, reached) = causes.popLast() {
            for waiter in waiters[cause] where !reached.contains(waiter.moment) && statuses[waiter.job] == .waiting {
                statuses[waiter.job] = .blocked(by: list[id].address)
                blocked.append(waiter.job)
                causes.append((waiter.job, []))
            }
        }
        return blocked.sorted()
    }

    /// It stays on purpose, and so does what would have gone after it. Answers with the jobs that cannot start because of
    /// it: what was to take its place.
    package mutating func kept(_ id: Job.ID) -> [Job.ID] {
        statuses[id] = .kept
        var blocked: [Job.ID] = []
        var causes = [id]
        while let cause = causes.popLast() {
            for waiter in waiters[cause] where statuses[waiter.job] == .waiting {
                causes.append(waiter.job)
                let stays = list[waiter.job].isRemoval
                statuses[waiter.job] = stays ? .kept : .blocked(by: list[id].address)
                if !stays { blocked.append(waiter.job) }
            }
        }
        return blocked.sorted()
    }

    /// From now on nothing starts; what runs goes on. Answers with the jobs that stay undone.
    package mutating func stop() -> [Job.ID] {
        isStopping = true
        let left = statuses.indices.filter { statuses[$0] == .waiting }
        for id in left { statuses[id] = .left }
        return left
    }

    /// It was under way and somebody asked to stop.
    package mutating func gaveUp(_ id: Job.ID) { statuses[id] = .left }

    private mutating func meet(_ id: Job.ID, _ moments: Set<Moment>) -> [Job.ID] {
        var free: [Job.ID] = []
        for waiter in waiters[id] where moments.contains(waiter.moment) {
            open[waiter.job] -= 1
            if open[waiter.job] == 0, statuses[waiter.job] == .waiting { free.append(waiter.job) }
        }
        return start(free.sorted())
    }

    private mutating func start(_ ids: [Job.ID]) -> [Job.ID] {
        guard !isStopping else { return [] }
        for id in ids { statuses[id] = .running }
        return ids
    }
}
