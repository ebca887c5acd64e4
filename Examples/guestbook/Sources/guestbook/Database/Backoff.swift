/// When the next attempt to connect may begin: 25 ms after the first failure, doubling to one second. Less than a second,
/// because a failover on one machine takes a fraction of it, and the user waits for the answer.
struct Backoff: Sendable {
    private(set) var failures = 0
    private(set) var notBefore: ContinuousClock.Instant?
    private(set) var reason = DatabaseError.timedOut

    /// After a failure one attempt at a time is enough; the others need not find out the same, until `limit`.
    mutating func attempting(until limit: ContinuousClock.Instant) {
        if failures > 0 { notBefore = limit }
    }

    mutating func failed(at now: ContinuousClock.Instant, _ reason: DatabaseError) {
        self.reason = reason
        let delay = Duration.milliseconds(25 << min(failures, 6))
        failures += 1
        notBefore = now + min(delay, .seconds(1))
    }

    mutating func succeeded() { self = Backoff() }
}
