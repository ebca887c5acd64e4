/// How slowly a request's body may come while it is waited for. A client has a store of time: waiting for it takes from the
/// store, and every byte gives some back, so that neither silence nor a trickle holds a request open for long. Time in which
/// nobody waits is the task's and costs the client nothing.
package struct BodyPace: Sendable, Equatable {
    private let store: Duration
    private let perByte: Duration
    private var left: Duration
    private var waitsSince: Duration?

    /// - Parameters:
    ///   - store: the longest silence, and what a body begins with.
    ///   - bytesPerSecond: a body that comes no faster than this uses the store up, at least 1.
    package init(store: Duration, bytesPerSecond: Int) {
        self.store = store
        perByte = .seconds(1) / max(1, bytesPerSecond)
        left = store
    }

    /// The next piece is wanted, if it was not already; gives the moment at which it is too late.
    package mutating func waits(at now: Duration) -> Duration {
        let since = waitsSince ?? now
        waitsSince = since
        return since + left
    }

    package mutating func received(_ bytes: Int, at now: Duration) {
        if let since = waitsSince { left = max(.zero, left - (now - since)) }
        waitsSince = nil
        left = min(store, left + perByte * bytes)
    }

    /// What has been slow so far is forgiven: for bodies that are a conversation, where a rate means nothing.
    package mutating func forgive() {
        waitsSince = nil
        left = store
    }

    package func isOver(at now: Duration) -> Bool { waitsSince.map { now - $0 >= left } ?? false }
}
