/// One event loop's part of the rate limit, so that no lock stands before a request. From the limiter that all loops share
/// it takes requests by the dozen (`RateLimiter.lease`) and admits from its own store until that is used up or the window's
/// bucket ends. What is taken is charged at once: the limit is never exceeded. What one loop holds cannot be used by
/// another, so a client that moves between loops may be refused up to a sixteenth early.
package struct RateLease<Client: Hashable & Sendable>: Sendable {
    package enum Verdict: Sendable, Equatable {
        case admitted
        case refused(retryAfter: Duration)
        /// Ask the shared limiter for so many and tell `received`.
        case ask(Int)
    }

    private enum Account {
        case holds(Int, until: Duration)
        case refused(until: Duration)
    }

    private let batch: Int
    private let capacity: Int
    private var accounts: [Client: Account] = [:]

    /// - Parameters:
    ///   - loops: how many leases share the limiter.
    ///   - capacity: how many clients one loop remembers; beyond it all are forgotten, and with them what they hold.
    package init(requests: Int, loops: Int, capacity: Int = 4096) {
        batch = max(1, requests / (16 * max(1, loops)))
        self.capacity = capacity
    }

    package mutating func admit(_ client: Client, at now: Duration) -> Verdict {
        switch accounts[client] {
        case .holds(let left, let until) where left > 0 && now < until:
            accounts[client] = .holds(left - 1, until: until)
            return .admitted
        case .refused(let until) where now < until: return .refused(retryAfter: until - now)
        default: return .ask(batch)
        }
    }

    /// The shared limiter's answer; the request that asked for it takes one.
    package mutating func received(_ grant: RateLimiter<Client>.Grant, for client: Client, at now: Duration) -> Verdict
    {
        if accounts.count >= capacity, accounts[client] == nil { accounts.removeAll(keepingCapacity: true) }
        switch grant {
        case .granted(let count, let until):
            accounts[client] = .holds(count - 1, until: until)
            return .admitted
        case .refused(let wait):
            accounts[client] = .refused(until: now + wait)
            return .refused(retryAfter: wait)
        }
    }
}
