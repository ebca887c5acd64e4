package import NIOCore
package import TrafficRules

/// Takes request heads off a connection's bytes. Between heads it is told to start anew with `reset`.
package struct RequestParser: Sendable {
    package struct Parsed: Sendable, Equatable {
        package var head: RequestHead
        package var framing: BodyFraming
        package var keepsAlive: Bool
        package var expectsContinue: Bool
        /// `GET` with `Upgrade: websocket`.
        package var isWebSocket: Bool
    }

    private let limits: HTTP1Limits
    private var lines = HeadLines()

    package init(limits: HTTP1Limits = HTTP1Limits()) { self.limits = limits }

    /// A head when it is complete (its bytes are taken off the buffer), nil when more bytes are needed.
    package mutating func parse(_ buffer: inout ByteBuffer) throws(MessageRefusal) -> Parsed? {
        let scan = buffer.withUnsafeReadableBytes { lines.scan($0, limits: limits, isRequest: true) }
        switch scan {
        case .needsMore:
            return nil
        case .refused(let refusal):
            throw refusal
        case .complete(let length):
            defer {
                buffer.moveReaderIndex(forwardBy: length)
                lines.reset()
            }
            return try buffer.withUnsafeReadableBytes { bytes throws(MessageRefusal) in
                try parsed(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            }
        }
    }

    private func parsed(_ bytes: UnsafeRawBufferPointer) throws(MessageRefusal) -> Parsed {
        let line = try RequestLine(UnsafeRawBufferPointer(rebasing: bytes[lines.startLine]))
        var fields = try lines.fields(of: bytes)
        let authority = try authority(line, &fields)
        let framing = try RequestFraming.of(fields, version: line.version)
        let connection = ConnectionOptions(fields)
        let isWebSocket =
            connection.upgrade && line.version == .http11 && line.method == .get && framing == .none
            && fields.values(.upgrade).contains { Ascii.equalsIgnoringCase($0, "websocket") }
        return Parsed(
            head: RequestHead(
                method: line.method, target: line.target, authority: authority, version: line.version, fields: fields),
            framing: framing,
            keepsAlive: line.version == .http11 ? !connection.close : connection.keepAlive && !connection.close,
            expectsContinue: try expectsContinue(fields, line.version),
            isWebSocket: isWebSocket)
    }

    /// RFC 9112 §3.2: exactly one Host in HTTP/1.1. An absolute-form target overrules it; where they name two hosts, whoever reads the
    /// other one next would serve another site, so that is refused.
    private func authority(_ line: RequestLine, _ fields: inout HeaderFields) throws(MessageRefusal) -> String {
        let hosts = fields.count(of: .host)
        guard hosts <= 1, !(hosts == 0 && line.version == .http11) else {
            throw MessageRefusal(400, hosts == 0 ? "no Host" : "several Host fields")
        }
        let host = fields.first(.host) ?? []
        let named = String(decoding: host, as: UTF8.self)
        guard Authority.isValid(host), !(named.isEmpty && line.version == .http11) else {
            throw MessageRefusal(400, "an invalid Host")
        }
        guard let target = line.authority else { return named }
        guard hosts == 0 || Authority.isSame(named, target, by: line.scheme) else {
            throw MessageRefusal(400, "a Host that is not the target's")
        }
        fields.set(.host, target)
        return target
    }

    private func expectsContinue(
        _ fields: HeaderFields, _ version: RequestHead.Version
    ) throws(MessageRefusal) -> Bool {
        guard version == .http11, fields.contains(.expect) else { return false }
        guard fields.expectsNothingButContinue else { throw .unknownExpectation }
        return true
    }
}

extension HeaderFields {
    /// RFC 9110 §10.1.1: the one expectation that there is.
    var expectsNothingButContinue: Bool {
        values(.expect).allSatisfy { Ascii.equalsIgnoringCase($0, "100-continue") }
    }
}

extension MessageRefusal {
    static let unknownExpectation = MessageRefusal(417, "an unknown expectation")
}
