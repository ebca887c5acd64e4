/// When the next attempt to connect may begin: 25 ms after the first failure, doubling to one second. Less than a second,
/// because a failover on one machine takes a fraction of it, and the user waits for the answer.
struct Backoff: Sendable {
    private(set) var failures = 0
    private(set) var notBefore: ContinuousClock.Instant?

    mutating func failed(at now: ContinuousClock.Instant) {
        let delay = Duration.milliseconds(25 << min(failures, 6))
        failures += 1
        notBefore = now + min(delay, .seconds(1))
    }

    mutating func succeeded() { self = Backoff() }
}
