package import Resources
package import Stacks

/// What came of an apply.
package struct Outcome: Sendable {
    package struct Failure: Sendable {
        package var address: Address
        package var report: Report

        package init(address: Address, report: Report) {
            self.address = address
            self.report = report
        }
    }

    /// One for each job, in the jobs' order.
    package var statuses: [Schedule.Status]
    package var jobs: [Job]
    /// In the order in which they happened.
    package var failures: [Failure]
    /// What was to be deleted and stays, each with the reason: data that nobody named.
    package var kept: [Address: String]
    /// Settings that AWS did not keep although it accepted them.
    package var unkept: [Address: [String]]
    package var facts: KnownFacts
    package var duration: Duration

    package init(
        statuses: [Schedule.Status], jobs: [Job], failures: [Failure], kept: [Address: String] = [:],
        unkept: [Address: [String]], facts: KnownFacts, duration: Duration
    ) {
        self.statuses = statuses
        self.jobs = jobs
        self.failures = failures
        self.kept = kept
        self.unkept = unkept
        self.facts = facts
        self.duration = duration
    }

    /// Everything was done but what stays on purpose.
    package var isComplete: Bool { statuses.allSatisfy { $0 == .done || $0 == .kept } }
    package var done: Int { statuses.count { $0 == .done } }
    /// Addresses that were not reached, each with the failure in its way.
    package var blocked: [(address: Address, by: Address)] {
        zip(jobs, statuses).compactMap { job, status in
            if case .blocked(let cause) = status { (job.address, cause) } else { nil }
        }
    }
    /// What a request to stop left undone.
    package var left: [Address] { zip(jobs, statuses).filter { $0.1 == .left }.map(\.0.address) }
}
