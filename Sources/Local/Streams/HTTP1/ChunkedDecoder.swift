package import NIOCore
package import TrafficRules

/// RFC 9112 §7.1, strictly: hex digits, an optional extension that is dropped, CRLF, the data, CRLF; trailers at the end.
package struct ChunkedDecoder: Sendable {
    package enum Part: Sendable, Equatable {
        case needsMore
        case data(ByteBuffer)
        case end(trailers: HeaderFields)
    }

    private enum State: Sendable {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailers
        case done
    }

    private let limits: HTTP1Limits
    private var state = State.size
    private var lines = HeadLines()

    package init(limits: HTTP1Limits = HTTP1Limits()) { self.limits = limits }

    /// The next part; called until it needs more.
    package mutating func next(_ buffer: inout ByteBuffer) throws(MessageRefusal) -> Part {
        while true {
            switch state {
            case .size:
                guard let size = try takeSize(&buffer) else { return .needsMore }
                state = size == 0 ? .trailers : .data(remaining: size)
                if size == 0 { lines.resetForTrailers() }
            case .data(let remaining):
                guard let data = buffer.readSlice(length: min(remaining, buffer.readableBytes)),
                    data.readableBytes > 0
                else { return .needsMore }
                let left = remaining - data.readableBytes
                state = left == 0 ? .dataEnd : .data(remaining: left)
                return .data(data)
            case .dataEnd:
                guard buffer.readableBytes >= 2 else { return .needsMore }
                guard buffer.readBytes(length: 2) == [Ascii.carriageReturn, Ascii.lineFeed] else {
                    throw MessageRefusal(400, "a chunk without its CRLF")
                }
                state = .size
            case .trailers:
                guard let trailers = try takeTrailers(&buffer) else { return .needsMore }
                state = .done
                return .end(trailers: trailers)
            case .done:
                return .needsMore
            }
        }
    }

    private func takeSize(_ buffer: inout ByteBuffer) throws(MessageRefusal) -> Int? {
        let view = buffer.readableBytesView
        guard let lineFeed = view.prefix(limits.chunkLine).firstIndex(of: Ascii.lineFeed) else {
            if view.count >= limits.chunkLine { throw MessageRefusal(400, "a chunk-size line that is too long") }
            return nil
        }
        let line = view[view.startIndex..<lineFeed]
        guard line.last == Ascii.carriageReturn else { throw MessageRefusal(400, "a chunk size without CRLF") }
        var size = 0
        var position = line.startIndex
        while position < line.endIndex, let digit = Ascii.hexValue(line[position]) {
            guard size < 1 << 48 else { throw MessageRefusal(400, "a chunk that is too large") }
            size = size << 4 | digit
            position += 1
        }
        guard position > line.startIndex else { throw MessageRefusal(400, "an invalid chunk size") }
        let rest = line[position...].dropLast()
        guard rest.isEmpty || rest.first == Ascii.semicolon || Ascii.isBlank(rest[position]),
            rest.drop(while: Ascii.isBlank).first.map({ $0 == Ascii.semicolon }) ?? rest.isEmpty,
            rest.allSatisfy(Ascii.isFieldContent)
        else { throw MessageRefusal(400, "an invalid chunk extension") }
        buffer.moveReaderIndex(forwardBy: lineFeed + 1 - view.startIndex)
        return size
    }

    private mutating func takeTrailers(_ buffer: inout ByteBuffer) throws(MessageRefusal) -> HeaderFields? {
        switch buffer.withUnsafeReadableBytes({ lines.scan($0, limits: limits, isRequest: false) }) {
        case .needsMore:
            return nil
        case .refused(let refusal):
            throw refusal
        case .complete(let length):
            let trailers = buffer.withUnsafeReadableBytes { bytes -> Result<HeaderFields, MessageRefusal> in
                do throws(MessageRefusal) {
                    return .success(try lines.fields(of: UnsafeRawBufferPointer(rebasing: bytes[..<length])))
                } catch {
                    return .failure(error)
                }
            }
            buffer.moveReaderIndex(forwardBy: length)
            return try trailers.get()
        }
    }
}
