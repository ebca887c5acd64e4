/// What a client may spend on second tries, shared by all calls to one service: when the service is down, retries stop
/// and do not multiply the load. Source: the standard retry mode of the public SDKs (500 tokens, 5 for a retry, 10 for one
/// after a time-out, 1 back for a success without retry), read 2026-11. Throttled tries cost nothing here, because the
/// rate limiter already slows them down.
package struct RetryBudget: Sendable, Equatable {
    package static let full = 500
    private static let retryCost = 5
    private static let timeoutCost = 10

    package private(set) var tokens = full

    package init() {}

    /// What the retry cost, to be given back when it succeeds; nil when the budget is spent.
    package mutating func take(for fault: AttemptFault) -> Int? {
        let cost =
            switch fault {
            case .answered(.throttling): 0
            case .transport(.timeout): Self.timeoutCost
            default: Self.retryCost
            }
        guard tokens >= cost else { return nil }
        tokens -= cost
        return cost
    }

    package mutating func succeeded(returning cost: Int) {
        tokens = min(Self.full, tokens + max(1, cost))
    }
}
