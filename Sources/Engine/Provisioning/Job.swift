package import Resources

/// One piece of work of an apply: what is done at one address, and which moments of other jobs it waits for. A resource
/// that is replaced has two: one makes the new, one removes the old.
package struct Job: Sendable, Equatable {
    /// Its place in the list that it belongs to.
    package typealias ID = Int

    package enum Work: Sendable, Equatable {
        case create(Resource)
        case update(Resource, from: Observed)
        /// Nothing differs, but it is still on its way up.
        case settle(Resource, Observed)
        case delete(Observed)
        /// Somebody has asked for its end already.
        case awaitEnd(Observed)
    }

    /// A job waits until another one has reached a moment. A deletion is ready when the resource is gone.
    package struct Need: Sendable, Hashable {
        package var job: ID
        package var moment: Moment

        package init(_ job: ID, _ moment: Moment) {
            self.job = job
            self.moment = moment
        }
    }

    package var address: Address
    package var kind: ResourceKind
    package var work: Work
    /// Part of a replacement: the old resource leaves or the new one comes.
    package var isReplacement: Bool
    package var needs: Set<Need>

    package init(
        address: Address, kind: ResourceKind, work: Work, isReplacement: Bool = false, needs: Set<Need> = []
    ) {
        self.address = address
        self.kind = kind
        self.work = work
        self.isReplacement = isReplacement
        self.needs = needs
    }

    package var action: ApplyEvent.Action {
        switch work {
        case .create: .create
        case .update: .update
        case .settle: .settle
        case .delete, .awaitEnd: .delete
        }
    }

    /// Whether it takes something away.
    var isRemoval: Bool { action == .delete }
}
