import Streams
import TrafficRules

/// Heads as they go on: hop-by-hop fields dropped, the client told. Everything else is passed as it came.
enum ForwardedHead {
    static func request(_ request: IncomingRequest, traceID: [UInt8], trustsForwarded: Bool) -> RequestHead {
        var head = request.head
        let takesTrailers = head.fields.values(.te).contains { $0.elementsEqual("trailers".utf8) }
        HopByHop.strip(&head.fields)
        head.fields.removeAll(.expect)
        head.fields.removeAll(.contentLength)
        if !trustsForwarded { Forwarding.distrust(&head.fields) }
        Forwarding.tell(
            .init(address: request.facts.clientAddress, scheme: request.facts.scheme, port: request.facts.serverPort),
            in: &head.fields)
        head.fields.removeAll(.xAmznTraceID)
        head.fields.append(.xAmznTraceID, traceID)
        if takesTrailers {
            head.fields.append(.te, "trailers")
            head.fields.append(.connection, "te")
        }
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

    /// Trailers without what would change the message that they end (RFC 9110 §6.5.1): a task or a client that merges
    /// them into its head must not be told another framing, route or user by them.
    static func trailers(_ fields: HeaderFields?) -> HeaderFields? {
        guard var fields, fields.count > 0 else { return nil }
        HopByHop.strip(&fields)
        for name in notInTrailers { fields.removeAll(name) }
        return fields
    }

    private static let notInTrailers: [FieldName] =
        [
            .age, .authorization, .cacheControl, .contentLength, .contentType, .cookie, .date, .expect, .expires, .host,
            .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .location, .pragma, .range,
            .retryAfter, .setCookie, .vary, .via, .xAmznTraceID, .xForwardedFor, .xForwardedPort, .xForwardedProto,
        ]
        + ["content-encoding", "content-range", "forwarded", "max-forwards", "www-authenticate"].map { FieldName($0) }

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
