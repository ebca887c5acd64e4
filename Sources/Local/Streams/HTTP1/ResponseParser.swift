package import NIOCore
package import TrafficRules

/// Takes answer heads off a task's bytes.
package struct ResponseParser: Sendable {
    package struct Parsed: Sendable, Equatable {
        package var head: ResponseHead
        package var framing: BodyFraming
        package var keepsAlive: Bool
    }

    private let limits: HTTP1Limits
    private var lines = HeadLines()

    package init(limits: HTTP1Limits = HTTP1Limits()) { self.limits = limits }

    /// A head when it is complete, nil when more bytes are needed; `method` is that of the request it answers.
    package mutating func parse(
        _ buffer: inout ByteBuffer, answering method: Method
    ) throws(MessageRefusal) -> Parsed? {
        let scan = buffer.withUnsafeReadableBytes { lines.scan($0, limits: limits, isRequest: false) }
        switch scan {
        case .needsMore:
            return nil
        case .refused(let refusal):
            throw MessageRefusal(502, refusal.reason)
        case .complete(let length):
            defer {
                buffer.moveReaderIndex(forwardBy: length)
                lines.reset()
            }
            do throws(MessageRefusal) {
                return try buffer.withUnsafeReadableBytes { bytes throws(MessageRefusal) in
                    try parsed(UnsafeRawBufferPointer(rebasing: bytes[..<length]), method)
                }
            } catch {
                throw MessageRefusal(502, error.reason)
            }
        }
    }

    private func parsed(
        _ bytes: UnsafeRawBufferPointer, _ method: Method
    ) throws(MessageRefusal) -> Parsed {
        guard !lines.lineEnds.isEmpty else { throw MessageRefusal(502, "no status line") }
        let line = UnsafeRawBufferPointer(rebasing: bytes[lines.startLine])
        guard line.count >= 12, Ascii.equals(UnsafeRawBufferPointer(rebasing: line[..<7]), "HTTP/1."),
            (48...57).contains(line[7]), line[8] == Ascii.space, line.count == 12 || line[12] == Ascii.space,
            let status = Self.status(UnsafeRawBufferPointer(rebasing: line[9..<12])),
            Ascii.isFieldContent(UnsafeRawBufferPointer(rebasing: line[12...]))
        else { throw MessageRefusal(502, "an invalid status line") }
        var fields = try lines.fields(of: bytes)
        let isHTTP11 = line[7] != UInt8(ascii: "0")
        if !isHTTP11, fields.contains(.transferEncoding) {
            throw MessageRefusal(502, "Transfer-Encoding in HTTP/1.0")
        }
        let framing = try ResponseFraming.of(&fields, status: status, method: method)
        let connection = ConnectionOptions(fields)
        let isPersistent = !connection.close && (isHTTP11 || connection.keepAlive)
        return Parsed(
            head: ResponseHead(status: status, fields: fields), framing: framing,
            keepsAlive: isPersistent && framing != .untilClose)
    }

    /// 100...999
    private static func status(_ digits: UnsafeRawBufferPointer) -> Int? {
        var status = 0
        for digit in digits {
            guard digit &- 48 < 10 else { return nil }
            status = status * 10 + Int(digit - 48)
        }
        return status >= 100 ? status : nil
    }
}
