import Synchronization
package import TrafficRules

/// A new version of a service on trial: its part of the requests, and what they meet at it and at the old version.
/// Loops count without a lock.
package final class Trial: Sendable {
    private final class Side: Sendable {
        let requests = Atomic(0)
        let errors = Atomic(0)
        /// Used for its latencies alone.
        let answers = TrafficCounters()

        var totals: CanaryComparison.Side {
            CanaryComparison.Side(
                requests: requests.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed),
                p99: TrafficCounters.total([answers]).latencies.percentile(99))
        }
    }

    private let version: Int
    private let part: Int
    private let old = Side()
    private let new = Side()

    /// - Parameter part: per cent of a whole task's requests.
    package init(version: Int, part: Int) {
        self.version = version
        self.part = part
    }

    func part(of target: Target) -> Int { target.endpoint.version == version ? part : SlowStart.full }

    /// A request came to its end at a target, or failed there.
    func attempted(_ target: Target, failed: Bool) {
        let side = side(of: target)
        side.requests.wrappingAdd(1, ordering: .relaxed)
        if failed { side.errors.wrappingAdd(1, ordering: .relaxed) }
    }

    func answered(_ target: Target, status: Int, latency: Duration) {
        side(of: target).answers.record(status: status, latency: latency)
    }

    private func side(of target: Target) -> Side { target.endpoint.version == version ? new : old }

    package var comparison: CanaryComparison { CanaryComparison(old: old.totals, new: new.totals) }
}
