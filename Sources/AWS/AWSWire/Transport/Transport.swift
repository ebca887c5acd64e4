/// Sends a call and brings the answer. Throws `TransportFault` and `CancellationError`.
package protocol Transport: Sendable {
    /// - Parameter limit: longest time until the whole answer is here.
    func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer
}

/// No answer came, or not all of it.
package struct TransportFault: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case timeout
        /// Nothing can have reached the service.
        case notConnected
        /// The service may have acted on the call.
        case broken
    }

    package var kind: Kind
    package var reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
