package import Plans
package import Resources
package import Stacks

/// The jobs of one apply in an order in which each comes after those it waits for. A value: `Schedule` says when each may
/// start.
package struct JobList: Sendable, Equatable {
    package let jobs: [Job]

    /// Jobs by their place; `needs` refer to places.
    package init(_ jobs: [Job]) throws(Report) {
        self.jobs = jobs
        guard hasNoCircle else { throw Report("the plan's jobs wait for each other in a circle") }
    }

    /// The plan must come from this graph and this world.
    package init(_ plan: ResourcePlan, graph: ResourceGraph, world: World) throws(Report) {
        try self.init(JobDraft(plan, graph: graph, world: world).finished())
    }

    package subscript(_ id: Job.ID) -> Job { jobs[id] }

    /// Peels off what waits for nothing until nothing is left.
    private var hasNoCircle: Bool {
        var open = jobs.map(\.needs.count)
        var waiters: [[Job.ID]] = Array(repeating: [], count: jobs.count)
        for (id, job) in jobs.enumerated() {
            for need in job.needs { waiters[need.job].append(id) }
        }
        var free = open.indices.filter { open[$0] == 0 }
        var seen = 0
        while let id = free.popLast() {
            seen += 1
            for waiter in waiters[id] {
                open[waiter] -= 1
                if open[waiter] == 0 { free.append(waiter) }
            }
        }
        return seen == jobs.count
    }
}
