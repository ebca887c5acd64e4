package import Resources
package import Stacks

/// What happened to one resource during an apply. The live tree, the plain lines and `--json` are made of these.
package struct ApplyEvent: Sendable, Equatable {
    package enum Action: String, Sendable, Codable {
        case create, update, delete
        /// Waits for what exists already.
        case settle
    }

    package enum Happening: Sendable, Equatable {
        case started
        /// What it is waiting for, as AWS puts it.
        case waiting(String)
        /// Its id is known, dependents go on; it may not be ready.
        case identified
        /// Or gone, when it was to be deleted.
        case ready
        /// It exists; nobody waited until it is ready.
        case exists
        case failed(Report)
        /// It holds what a user stored and was left alone; the text says what.
        case kept(String)
        /// It would have needed what failed there.
        case blocked(by: Address)
        /// Somebody asked to stop before it was done.
        case left
    }

    package var job: Job.ID
    package var address: Address
    package var kind: ResourceKind
    package var action: Action
    package var happening: Happening
    /// Since the apply began.
    package var at: Duration
    /// Since this job started; nil for one that never did.
    package var elapsed: Duration?

    package init(
        job: Job.ID, address: Address, kind: ResourceKind, action: Action, happening: Happening, at: Duration,
        elapsed: Duration? = nil
    ) {
        self.job = job
        self.address = address
        self.kind = kind
        self.action = action
        self.happening = happening
        self.at = at
        self.elapsed = elapsed
    }
}
