import Streams
import TrafficRules

/// Heads as they go on: hop-by-hop fields dropped, the client told. Everything else is passed as it came.
enum ForwardedHead {
    static func request(_ request: IncomingRequest, traceID: [UInt8], trustsForwarded: Bool) -> RequestHead {
        var head = request.head
        HopByHop.strip(&head.fields)
        head.fields.removeAll(.expect)
        head.fields.removeAll(.contentLength)
        if !trustsForwarded { Forwarding.distrust(&head.fields) }
        Forwarding.tell(
            .init(address: request.facts.clientAddress, scheme: request.facts.scheme, port: request.facts.serverPort),
            in: &head.fields)
        head.fields.removeAll(.xAmznTraceID)
        head.fields.append(.xAmznTraceID, traceID)
        if request.isWebSocket {
            head.fields.append(.connection, "upgrade")
            head.fields.append(.upgrade, "websocket")
        }
        return head
    }

    static func response(_ head: ResponseHead) -> ResponseHead {
        var head = head
        HopByHop.strip(&head.fields)
        return head
    }

    /// A 101 with the fields that make it one.
    static func switching(_ head: ResponseHead) -> ResponseHead {
        var forwarded = response(head)
        forwarded.fields.append(.connection, "upgrade")
        forwarded.fields.append(.upgrade, head.fields.first(.upgrade) ?? ArraySlice("websocket".utf8))
        return forwarded
    }
}

extension ConnectionFacts {
    var scheme: String { tlsVersion == nil ? "http" : "https" }
}
