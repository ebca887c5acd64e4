import Plans
import Resources

/// Whether a resource is what it should be, and what is to be done next about it.
struct Convergence {
    enum Next: Equatable {
        case update
        case wait
        case finished(unkept: [String])
    }

    /// A setting that does not hold after so many updates never will.
    private static let mostUpdates = 2

    private var updates = 0
    private var hasWaited = false

    /// `mayWait` is false when nobody needs the resource to be ready.
    mutating func next(_ resource: Resource, _ observed: Observed, _ facts: KnownFacts, mayWait: Bool) -> Next {
        let differing = resource.differences(from: observed, knowing: facts)
        let changeable = differing.filter { $0.onChange == .update }.map(\.name)
        if !changeable.isEmpty, updates < Self.mostUpdates {
            updates += 1
            hasWaited = false
            return .update
        }
        if observed.state != .ready, !hasWaited, mayWait {
            hasWaited = true
            return .wait
        }
        return .finished(unkept: differing.map(\.name))
    }

    /// The plan asked for an update; it counts like one of its own.
    mutating func updated() {
        updates += 1
        hasWaited = false
    }
}
