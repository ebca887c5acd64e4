/// One line of an Application Load Balancer's access log, field by field and in its order. Source: "Access logs for your
/// Application Load Balancer", entry syntax up to `conn_trace_id`, read 2026-11.
package struct AccessLogEntry: Sendable, Equatable {
    package enum Kind: String, Sendable { case http, https, h2, ws, wss }

    package enum Action: String, Sendable {
        case forward, redirect, waf
        case fixedResponse = "fixed-response"
    }

    /// How well a request keeps to RFC 9112, for the first two of an ALB's classes that are let through.
    package enum Classification: String, Sendable {
        case acceptable = "Acceptable"
        case ambiguous = "Ambiguous"
        case severe = "Severe"
    }

    package struct Peer: Sendable, Equatable {
        package var address: String
        package var port: Int

        package init(address: String, port: Int) { (self.address, self.port) = (address, port) }
    }

    package struct Request: Sendable, Equatable {
        package var method: Method
        package var scheme: String
        /// Host and port as the client named them.
        package var authority: String
        package var target: String
        package var version: RequestHead.Version

        package init(_ head: RequestHead, scheme: String) {
            method = head.method
            self.scheme = scheme
            authority = head.authority
            target = head.target
            version = head.version
        }
    }

    package var kind = Kind.http
    /// When the answer's last byte was sent.
    package var time = WallTime(seconds: 0)
    /// The load balancer's name, such as `app/guestbook/local`.
    package var balancer = "-"
    package var client = Peer(address: "-", port: 0)
    package var target: Peer?
    /// From the request's first byte until it was sent to the target; nil prints -1, like the next two.
    package var requestProcessing: Duration?
    /// Until the target's first byte.
    package var targetProcessing: Duration?
    /// Until the answer's first byte to the client.
    package var responseProcessing: Duration?
    package var status: Int?
    package var targetStatus: Int?
    package var receivedBytes = 0
    package var sentBytes = 0
    /// Nil for a request that could not be read.
    package var request: Request?
    package var userAgent: [UInt8] = []
    package var cipher: String?
    package var tlsVersion: String?
    package var targetGroup: String?
    package var traceID: [UInt8] = []
    /// The name from the TLS handshake.
    package var domainName: String?
    package var certificate: String?
    /// 0 for the default rule; nil when no rule was evaluated.
    package var rulePriority: Int?
    /// When the request's first byte came.
    package var created = WallTime(seconds: 0)
    package var actions: [Action] = []
    package var redirectURL: String?
    package var errorReason: String?
    package var classification: Classification?
    package var classificationReason: String?
    package var connectionTraceID: String?

    package init() {}
}
