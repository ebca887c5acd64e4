/// What the load balancer speaks to a service's tasks. As an ALB's target groups: `HTTP1`, `HTTP2` and `GRPC`.
package enum TaskProtocol: String, Sendable, Equatable, CaseIterable {
    case http1
    /// HTTP/2 without TLS, known beforehand (RFC 9113 §3.3).
    case h2c
    /// As `h2c`; health checks are calls, and failures are told as calls tell them.
    case grpc

    package var isMultiplexed: Bool { self != .http1 }
}
