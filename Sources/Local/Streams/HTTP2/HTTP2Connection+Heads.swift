import NIOCore
import TrafficRules

extension HTTP2Connection {
    mutating func takeHeaders(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Fault(.protocolError, "HEADERS without a stream") }
        try Self.removePadding(header, &payload)
        var isFaulty = false
        if header.has(FrameHeader.Flag.priority) {
            guard let (parent, _) = payload.readMultipleIntegers(as: (UInt32, UInt8).self) else {
                throw HTTP2Fault(.frameSizeError, "HEADERS too short for their priority")
            }
            isFaulty = parent & 0x7fff_ffff == header.stream
        }
        let head = PartialHead(
            stream: header.stream, isEnd: header.has(FrameHeader.Flag.endStream), block: payload, isFaulty: isFaulty)
        if header.has(FrameHeader.Flag.endHeaders) { return try take(head, at: now) }
        partialHead = head
        return nil
    }

    mutating func takeContinuation(
        _ header: FrameHeader, _ payload: ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard var head = partialHead else { throw HTTP2Fault(.protocolError, "CONTINUATION without HEADERS") }
        // Nothing is decoded before the block is whole, so it is bounded as it is sent.
        guard head.block.readableBytes + payload.readableBytes <= limits.headerList,
            head.frames < Self.mostFramesOfAHead
        else { throw HTTP2Fault(.enhanceYourCalm, "a header block that is too large") }
        head.frames += 1
        head.block.writeImmutableBuffer(payload)
        partialHead = header.has(FrameHeader.Flag.endHeaders) ? nil : head
        return partialHead == nil ? try take(head, at: now) : nil
    }

    /// A whole header block. It is decoded whatever becomes of its stream, for the table is the connection's.
    private mutating func take(_ head: PartialHead, at now: NIODeadline) throws(HTTP2Fault) -> HTTP2Event? {
        list.removeAll()
        if let fault = decode(head.block) {
            throw HTTP2Fault(list.isBeyondMeasure ? .enhanceYourCalm : .compressionError, fault.reason)
        }
        if let stream = streams[head.stream] {
            if head.isFaulty { return try fail(head.stream, .protocolError, at: now) }
            return try takeLater(head, stream, at: now)
        }
        guard role == .server, isOfPeer(head.stream) else {
            if role == .client, !isOfPeer(head.stream), head.stream < nextStream {
                return try takeLate(head.stream, at: now)
            }
            throw HTTP2Fault(.protocolError, "a stream of a wrong number")
        }
        guard head.stream > lastStream, acceptsStreams else {
            try guardian.idleFrame(at: now)
            return try takeLate(head.stream, at: now)
        }
        lastStream = head.stream
        guard streams.count < limits.streams else {
            try guardian.streamGivenUp(at: now)
            output.writeReset(head.stream, .refusedStream)
            ended.add(head.stream, .resetByUs)
            return nil
        }
        if head.isFaulty { return try fail(head.stream, .protocolError, at: now) }
        return try open(head, at: now)
    }

    private mutating func decode(_ block: ByteBuffer) -> HPACKFault? {
        block.withUnsafeReadableBytes { bytes in
            do throws(HPACKFault) {
                try decoder.decode(bytes, into: &list)
                return nil
            } catch {
                return error
            }
        }
    }

    private mutating func open(_ head: PartialHead, at now: NIODeadline) throws(HTTP2Fault) -> HTTP2Event? {
        let id = head.stream
        let index = streams.insert(
            HTTP2Stream(sendWindow: peer.initialWindow, receiveWindow: limits.streamWindow), as: id)
        if list.isTooLarge { return refused(head, .headTooLarge) }
        do throws(HTTP2HeadFault) {
            let (request, length) = try HTTP2Heads.request(list)
            if head.isEnd, length ?? 0 > 0 { throw .malformed("a promised body that does not come") }
            streams[at: index].hasHead = true
            streams[at: index].promised = length
            if head.isEnd { streams[at: index].receives = false }
            return .request(id, request, length: length, isEnd: head.isEnd)
        } catch {
            switch error {
            case .refused(let refusal):
                return refused(head, refusal)
            case .malformed(let reason):
                _ = try fail(id, .protocolError, at: now)
                return .malformed(id, reason: reason)
            }
        }
    }

    private mutating func refused(_ head: PartialHead, _ refusal: MessageRefusal) -> HTTP2Event {
        if let index = streams.index(of: head.stream) {
            streams[at: index].hasHead = true
            if head.isEnd { streams[at: index].receives = false }
        }
        return .refused(head.stream, refusal, isEnd: head.isEnd)
    }

    /// A second head on a stream: trailers, or an answer to our own request.
    private mutating func takeLater(
        _ head: PartialHead, _ stream: HTTP2Stream, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        let id = head.stream
        guard stream.receives else { return try fail(id, .streamClosed, at: now) }
        guard !list.isTooLarge else { return try fail(id, .enhanceYourCalm, at: now) }
        guard stream.hasHead else { return try takeAnswer(head, at: now) }
        guard head.isEnd, stream.promised ?? 0 == 0, let fields = try? HTTP2Heads.trailers(list) else {
            return try fail(id, .protocolError, at: now)
        }
        inputEnded(id)
        return .trailers(id, fields)
    }

    private mutating func takeAnswer(_ head: PartialHead, at now: NIODeadline) throws(HTTP2Fault) -> HTTP2Event? {
        let id = head.stream
        guard let answer = try? HTTP2Heads.answer(list), answer.head.status >= 200 || !head.isEnd,
            let index = streams.index(of: id)
        else { return try fail(id, .protocolError, at: now) }
        if answer.head.status >= 200 { streams[at: index].hasHead = true }
        if streams[at: index].expectsBody, answer.head.status != 304 { streams[at: index].promised = answer.length }
        if head.isEnd {
            guard streams[at: index].promised ?? 0 == 0 else { return try fail(id, .protocolError, at: now) }
            inputEnded(id)
        }
        return .answer(id, answer.head, length: answer.length, isEnd: head.isEnd)
    }
}
