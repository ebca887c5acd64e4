/// Whether a request that failed on one target is sent to another. At most once: two tasks that fail one after the other
/// are no accident. How many requests get one is bounded by `RetryBudget`.
package enum SecondTry {
    /// How far the first try came.
    package enum Progress: Sendable, Equatable {
        /// No connection was made, so the target has seen nothing.
        case notConnected
        /// A connection was made or taken from the pool, and no byte of the request was written.
        case connected
        /// Bytes of the request were written and none of an answer came: the target had closed the connection while it was idle,
        /// or it ended while it worked.
        case sent
        /// Bytes of an answer came.
        case answering
    }

    /// - Parameters:
    ///   - attempt: 1 for the first try.
    ///   - bodyIsUntouched: nothing of the request's body was taken from the client, or there is none.
    package static func isAllowed(
        after progress: Progress, failure: GatewayFailure, method: Method, attempt: Int, bodyIsUntouched: Bool
    ) -> Bool {
        guard attempt == 1 else { return false }
        switch failure {
        case .connectionRefused, .connectTimeout, .closedBeforeAnswer: break
        default: return false
        }
        switch progress {
        case .notConnected, .connected: return bodyIsUntouched
        // RFC 9110 §9.2.2: a proxy must not repeat a request that is not idempotent on its own account.
        case .sent: return bodyIsUntouched && method.isIdempotent
        case .answering: return false
        }
    }
}
