/// What one message head may take. The figures are an Application Load Balancer's own quotas: 16 KiB for the request
/// line and for a single field, 64 KiB for the whole head. Source: ELB quotas, read 2026-11.
package struct HTTP1Limits: Sendable, Equatable {
    package var requestLine: Int
    package var field: Int
    package var head: Int
    package var fieldCount: Int
    /// Length of one chunk-size line, extensions included.
    package var chunkLine: Int

    package init(
        requestLine: Int = 16 << 10, field: Int = 16 << 10, head: Int = 64 << 10, fieldCount: Int = 200,
        chunkLine: Int = 256
    ) {
        self.requestLine = requestLine
        self.field = field
        self.head = head
        self.fieldCount = fieldCount
        self.chunkLine = chunkLine
    }
}

/// Why a peer's message is refused: the status to answer it with, and a word for the log.
package struct MessageRefusal: Error, Sendable, Equatable {
    package var status: Int
    package var reason: String

    package init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}

/// How a message's body is delimited (RFC 9112 §6.3).
package enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    /// Until the peer closes; answers only.
    case untilClose

    /// The number of bytes when it is known before they come.
    package var knownLength: Int? {
        switch self {
        case .none: 0
        case .length(let count): count
        case .chunked, .untilClose: nil
        }
    }
}
