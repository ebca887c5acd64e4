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

    /// RFC 9112 §3.2: exactly one Host in HTTP/1.1; an absolute-form target overrules it.
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
        fields.set(.host, target)
        return target
    }

    private func expectsContinue(
        _ fields: HeaderFields, _ version: RequestHead.Version
    ) throws(MessageRefusal) -> Bool {
        guard version == .http11, let value = fields.first(.expect) else { return false }
        guard Ascii.equalsIgnoringCase(value, "100-continue") else {
            throw MessageRefusal(417, "an unknown expectation")
        }
        return true
    }
}

/// Characters that may stand in `host[:port]`; what is in them is for the tier behind to judge.
enum Authority {
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count <= 261
            && bytes.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                case 45, 46, 58, 91, 93, 95, 37, 126: true  // - . : [ ] _ % ~
                default: false
                }
            }
    }
}
