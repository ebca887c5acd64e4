/// What became of one attempt.
package enum AttemptFault: Sendable, Equatable {
    case answered(AWSError.Kind)
    case transport(TransportFault.Kind)
}

/// Whether a call is tried again, and when: the standard mode of the public SDKs with full jitter. Pure.
package struct RetryPolicy: Sendable, Equatable {
    /// Throttled calls are tried more often than others: they did nothing, and the rate limiter makes room for them.
    package var attempts = 5
    package var attemptsWhenThrottled = 12
    /// A call that nobody has received did nothing either: some six seconds, as long as a network takes to come back.
    package var attemptsToConnect = 8
    /// Backoff before jitter: 100 ms, 200 ms, … up to the ceiling.
    package var firstBackoff: Duration = .milliseconds(100)
    package var longestBackoff: Duration = .seconds(20)

    package init() {}

    /// The pause before the next attempt; nil to give up.
    /// - Parameter attempt: attempts made so far, from 1.
    /// - Parameter draw: a random number in 0..<1.
    /// - Parameter retryAfter: what the service asked for.
    package func pause(
        after fault: AttemptFault, attempt: Int, draw: Double, retryAfter: Duration? = nil
    ) -> Duration? {
        guard let limit = limit(fault), attempt < limit else { return nil }
        let backoff = min(longestBackoff, firstBackoff * (1 << min(attempt - 1, 20)))
        let jittered = backoff * draw
        guard let retryAfter else { return jittered }
        return max(jittered, min(retryAfter, longestBackoff))
    }

    private func limit(_ fault: AttemptFault) -> Int? {
        switch fault {
        case .answered(.throttling): attemptsWhenThrottled
        case .transport(.notConnected): attemptsToConnect
        case .answered(.transient), .answered(.timeout), .transport: attempts
        case .answered(.expiredCredentials): 2
        case .answered: nil
        }
    }
}
