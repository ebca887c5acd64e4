package import NIOCore
package import TrafficRules

extension HTTP2Connection {
    /// Writes an answer's head; `date` is added when the head has none. Nothing happens when the stream is gone.
    package mutating func send(
        _ id: UInt32, _ head: ResponseHead, length: Int? = nil, date: [UInt8]? = nil, isEnd: Bool
    ) {
        let date = date.flatMap { head.fields.contains(.date) ? nil : $0 }
        sendBlock(id, bound: HeaderBlock.bound(head.fields), isEnd: isEnd) { writer in
            writer.status(head.status)
            writer.fields(head.fields)
            writer.framing(length: length, date: date)
        }
    }

    /// The same for a head that was prepared, with the answer's own fields behind it.
    mutating func send(
        _ id: UInt32, _ head: PreparedHead, own: HeaderFields, length: Int?, date: [UInt8]?, isEnd: Bool
    ) {
        sendBlock(id, bound: head.block.count + HeaderBlock.bound(own), isEnd: isEnd) { writer in
            writer.status(head.head.status)
            writer.fields(encoded: head.block)
            writer.fields(own)
            writer.framing(length: length, date: date)
        }
    }

    package mutating func send(_ id: UInt32, trailers: HeaderFields) {
        sendBlock(id, bound: HeaderBlock.bound(trailers), isEnd: true) { $0.fields(trailers) }
    }

    /// Opens a stream with a request of ours; nil when the peer takes no more streams now.
    package mutating func open(_ head: RequestHead, scheme: String, isEnd: Bool) -> UInt32? {
        guard streams.count < peer.maxConcurrentStreams, nextStream < 1 << 30 else { return nil }
        let id = nextStream
        nextStream += 2
        var stream = HTTP2Stream(sendWindow: peer.initialWindow, receiveWindow: limits.streamWindow)
        stream.expectsBody = head.method != .head
        streams.insert(stream, as: id)
        var fields = head.fields
        fields.removeAll(.host)
        let (method, target) = (head.method.description.utf8, head.target.utf8)
        let bound = HeaderBlock.bound(fields) + method.count + target.count + head.authority.utf8.count + 32
        sendBlock(id, bound: bound, isEnd: isEnd) { writer in
            writer.field(index: 2, method, count: method.count)
            writer.indexed(scheme == "https" ? 7 : 6)
            writer.field(index: 4, target, count: target.count)
            if !head.authority.isEmpty {
                writer.field(index: 1, head.authority.utf8, count: head.authority.utf8.count)
            }
            writer.fields(fields)
        }
        return id
    }

    /// Writes as much of `data` as the windows allow, at most `most` bytes and one frame; `isEnd` when nothing follows
    /// it. Gives how many bytes went, or nil when the stream is gone. The stream has ended when all went and `isEnd`.
    package mutating func send(_ id: UInt32, _ data: inout ByteBuffer, isEnd: Bool, most: Int) -> Int? {
        guard let index = streams.index(of: id), streams[at: index].sends else { return nil }
        let window = max(0, min(streams[at: index].sendWindow, sendWindow))
        let count = min(data.readableBytes, min(window, min(most, peer.maxFrame)))
        let isLast = isEnd && count == data.readableBytes
        guard count > 0 || isLast else { return 0 }
        streams[at: index].sendWindow -= count
        sendWindow -= count
        guardian.sent(count, isCut: count == window && data.readableBytes > count)
        output.reserveCapacity(minimumWritableBytes: FrameHeader.size + count)
        output.write(
            FrameHeader(
                length: count, kind: FrameHeader.Kind.data, flags: isLast ? FrameHeader.Flag.endStream : 0, stream: id))
        if let piece = data.readSlice(length: count) { output.writeImmutableBuffer(piece) }
        if isLast { outputEnded(id) }
        return count
    }

    /// Whether the peer lets data of this stream through now.
    package func mayContinue(_ id: UInt32) -> Bool { sendWindow > 0 && streams[id].map { $0.sendWindow > 0 } ?? false }

    private mutating func outputEnded(_ id: UInt32) {
        guard let index = streams.index(of: id) else { return }
        streams[at: index].sends = false
        if !streams[at: index].receives { end(id, .completed) }
    }

    private mutating func sendBlock(
        _ id: UInt32, bound: Int, isEnd: Bool, _ fill: (inout HeaderBlock.Writer) -> Void
    ) {
        guard let index = streams.index(of: id), streams[at: index].sends else { return }
        let isFirst = !hasSentHead
        hasSentHead = true
        let start = output.writerIndex
        var length = 0
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound + FrameHeader.size) { bytes in
            var writer = HeaderBlock.Writer(UnsafeMutableRawBufferPointer(rebasing: bytes[FrameHeader.size...]))
            if isFirst { writer.startConnection() }
            fill(&writer)
            length = writer.position
            FrameHeader(
                length: length, kind: FrameHeader.Kind.headers,
                flags: FrameHeader.Flag.endHeaders | (isEnd ? FrameHeader.Flag.endStream : 0), stream: id
            ).write(to: bytes)
            return FrameHeader.size + length
        }
        if length > peer.maxFrame { split(blockAt: start, length, id, isEnd: isEnd) }
        if isEnd { outputEnded(id) }
    }

    /// A block that is too large for one frame becomes HEADERS and CONTINUATION.
    private mutating func split(blockAt start: Int, _ length: Int, _ id: UInt32, isEnd: Bool) {
        guard var block = output.getSlice(at: start + FrameHeader.size, length: length) else { return }
        output.moveWriterIndex(to: start)
        var kind = FrameHeader.Kind.headers
        while let piece = block.readSlice(length: min(peer.maxFrame, block.readableBytes)), piece.readableBytes > 0 {
            var flags = kind == FrameHeader.Kind.headers && isEnd ? FrameHeader.Flag.endStream : 0
            if block.readableBytes == 0 { flags |= FrameHeader.Flag.endHeaders }
            output.write(FrameHeader(length: piece.readableBytes, kind: kind, flags: flags, stream: id))
            output.writeImmutableBuffer(piece)
            kind = FrameHeader.Kind.continuation
        }
    }
}
