import Streams
import TrafficRules

/// Heads as they go on: hop-by-hop fields dropped, the client told. Everything else is passed as it came.
enum ForwardedHead {
    static func rewrite(_ request: inout IncomingRequest, traceID: [UInt8], trustsForwarded: Bool) {
        let client = Forwarding.Client(
            address: request.facts.clientAddress, scheme: request.facts.scheme, port: request.facts.serverPort)
        rewrite(&request.head.fields, of: client, traceID: traceID, trustsForwarded: trustsForwarded)
        guard request.isWebSocket else { return }
        request.head.fields.append(.connection, "upgrade")
        request.head.fields.append(.upgrade, "websocket")
    }

    private static func rewrite(
        _ fields: inout HeaderFields, of client: Forwarding.Client, traceID: [UInt8], trustsForwarded: Bool
    ) {
        var takesTrailers = false
        fields.forEach(.te) { takesTrailers = takesTrailers || $0.elementsEqual("trailers".utf8) }
        HopByHop.strip(&fields)
        Forwarding.dropUnclearNames(&fields)
        fields.removeAll(.expect)
        fields.removeAll(http2Settings)
        fields.removeAll(.contentLength)
        if !trustsForwarded { Forwarding.distrust(&fields) }
        Forwarding.tell(client, in: &fields)
        fields.removeAll(.xAmznTraceID)
        fields.append(.xAmznTraceID, traceID)
        if takesTrailers {
            fields.append(.te, "trailers")
            fields.append(.connection, "te")
        }
    }

    /// Of an offer to go on in HTTP/2 that nobody took: a hop's own, also where `Connection` does not name it (RFC 7540 §3.2.1).
    private static let http2Settings = FieldName("http2-settings")

    /// Trailers without what would change the message that they end (RFC 9110 §6.5.1): a task or a client that merges
    /// them into its head must not be told another framing, route or user by them.
    static func trailers(_ fields: HeaderFields?) -> HeaderFields? {
        guard var fields, fields.count > 0 else { return nil }
        HopByHop.strip(&fields)
        for name in notInTrailers { fields.removeAll(name) }
        return fields
    }

    /// A request's, without the names that its head could not have either.
    static func requestTrailers(_ fields: HeaderFields?) -> HeaderFields? {
        guard var trailers = trailers(fields) else { return nil }
        Forwarding.dropUnclearNames(&trailers)
        return trailers
    }

    private static let notInTrailers: [FieldName] =
        [
            .age, .authorization, .cacheControl, .contentLength, .contentType, .cookie, .date, .expect, .expires, .host,
            .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .location, .pragma, .range,
            .retryAfter, .setCookie, .vary, .via, .xAmznTraceID, .xForwardedFor, .xForwardedPort, .xForwardedProto,
        ]
        + ["content-encoding", "content-range", "forwarded", "max-forwards", "www-authenticate"].map { FieldName($0) }

    /// An answer before the answer. It has no body, and must not speak of one (RFC 9110 §8.6).
    static func interim(_ head: ResponseHead) -> ResponseHead {
        var forwarded = head
        HopByHop.strip(&forwarded.fields)
        forwarded.fields.removeAll(.contentLength)
        return forwarded
    }

    /// A 101 with the fields that make it one.
    static func switching(_ head: ResponseHead) -> ResponseHead {
        var forwarded = interim(head)
        forwarded.fields.append(.connection, "upgrade")
        forwarded.fields.append(.upgrade, head.fields.first(.upgrade) ?? ArraySlice("websocket".utf8))
        return forwarded
    }
}

extension ConnectionFacts {
    var scheme: String { tlsVersion == nil ? "http" : "https" }
}
