import NIOCore

/// What a connection waits for, and until when. Pushing the deadline back costs a store: it stays in its place on the loop's wheel, and
/// is put anew when that has passed.
struct ConnectionDeadline {
    enum Kind { case handshake, idle, head, body, answer, lingering }

    private(set) var kind = Kind.handshake
    private(set) var at = NIODeadline.distantFuture
    private var place: DeadlineWheel.Place?
    private var placedAt = NIODeadline.distantFuture

    /// Sets the deadline; its owner is told on the loop when it may have passed, and asks `hasPassed`.
    mutating func set(
        _ kind: Kind, after delay: TimeAmount, in deadlines: LoopDeadlines, for owner: any DeadlineOwner
    ) {
        self.kind = kind
        at = deadlines.now + delay
        if place == nil || at < placedAt { put(in: deadlines, for: owner) }
    }

    /// Nothing is expected of the peer for now.
    mutating func relax() { at = .distantFuture }

    mutating func cancel(in deadlines: LoopDeadlines) {
        if let place { deadlines.remove(place) }
        place = nil
        placedAt = .distantFuture
        at = .distantFuture
    }

    /// Once for each time that its owner is told: true when the deadline has really passed, otherwise it has a new place.
    mutating func hasPassed(in deadlines: LoopDeadlines, for owner: any DeadlineOwner) -> Bool {
        place = nil
        placedAt = .distantFuture
        if at == .distantFuture { return false }
        if at <= deadlines.now { return true }
        put(in: deadlines, for: owner)
        return false
    }

    private mutating func put(in deadlines: LoopDeadlines, for owner: any DeadlineOwner) {
        if let place { deadlines.remove(place) }
        placedAt = at
        place = deadlines.insert(owner, at: at)
    }
}
