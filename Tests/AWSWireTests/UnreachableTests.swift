import AWSWire
import Testing

/// Where nobody listens, a call says so at once and in plain words; how often it is tried is `RetryPolicy`'s to say.
struct UnreachableTests {
    /// - Parameter host: port 1 is nobody's; names below `invalid` have no address (RFC 6761 §6.4).
    @Test(arguments: [
        ("127.0.0.1:1", "127.0.0.1:1 refuses connections"),
        ("localhost:1", "localhost:1 refuses connections"), ("sts.invalid:443", "sts.invalid has no address"),
    ])
    func nobodyListens(host: String, reason: String) async throws {
        let transport = HTTPTransport()
        let call = OutgoingCall(method: "GET", scheme: "http", host: host)
        let fault = await #expect(throws: TransportFault.self) {
            try await transport.send(call, within: .seconds(30))
        }
        try await transport.shutdown()
        #expect(fault == TransportFault(.notConnected, reason))
    }
}
