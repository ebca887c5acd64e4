package import NIOCore
import TrafficRules

extension HTTP2Connection {
    /// The next thing that happened, or nil when more bytes are needed. Frames without consequence are dealt with.
    package mutating func next(
        _ input: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        if awaitsPreface {
            guard try takePreface(&input) else { return nil }
        }
        while let header = FrameHeader(peekingAt: input) {
            guard header.length <= HTTP2Settings.smallestFrame else {
                throw HTTP2Fault(.frameSizeError, "a frame that is too large")
            }
            try checkOrder(header)
            guard input.readableBytes >= FrameHeader.size + header.length else { return nil }
            input.moveReaderIndex(forwardBy: FrameHeader.size)
            guard var payload = input.readSlice(length: header.length) else { return nil }
            if let event = try take(header, &payload, at: now) { return event }
        }
        return nil
    }

    private mutating func takePreface(_ input: inout ByteBuffer) throws(HTTP2Fault) -> Bool {
        let wanted = Self.preface.utf8
        let there = input.readableBytesView.prefix(wanted.count)
        guard wanted.starts(with: there) else { throw HTTP2Fault(.protocolError, "no HTTP/2 preface") }
        guard there.count == wanted.count else { return false }
        input.moveReaderIndex(forwardBy: wanted.count)
        awaitsPreface = false
        return true
    }

    /// What may not come at this moment, whatever is in it.
    private func checkOrder(_ header: FrameHeader) throws(HTTP2Fault) {
        if awaitsSettings, header.kind != FrameHeader.Kind.settings || header.has(FrameHeader.Flag.ack) {
            throw HTTP2Fault(.protocolError, "a preface without SETTINGS")
        }
        if let partialHead {
            guard header.kind == FrameHeader.Kind.continuation, header.stream == partialHead.stream else {
                throw HTTP2Fault(.protocolError, "another frame within a header block")
            }
        }
    }

    private mutating func take(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        switch header.kind {
        case FrameHeader.Kind.data: return try takeData(header, &payload, at: now)
        case FrameHeader.Kind.headers: return try takeHeaders(header, &payload, at: now)
        case FrameHeader.Kind.continuation: return try takeContinuation(header, payload, at: now)
        case FrameHeader.Kind.windowUpdate: return try takeWindowUpdate(header, &payload, at: now)
        case FrameHeader.Kind.reset: return try takeReset(header, &payload, at: now)
        case FrameHeader.Kind.settings: return try takeSettings(header, &payload, at: now)
        case FrameHeader.Kind.ping: return try takePing(header, &payload, at: now)
        case FrameHeader.Kind.priority: return try takePriority(header, payload, at: now)
        case FrameHeader.Kind.goAway:
            guard header.stream == 0 else { throw HTTP2Fault(.protocolError, "a GOAWAY on a stream") }
            guard let last = payload.readInteger(as: UInt32.self), payload.readableBytes >= 4 else {
                throw HTTP2Fault(.frameSizeError, "a GOAWAY that is too short")
            }
            try guardian.idleFrame(at: now)
            return .goAway(last: last & 0x7fff_ffff)
        case FrameHeader.Kind.pushPromise:
            throw HTTP2Fault(.protocolError, "a PUSH_PROMISE that nobody allowed")
        default:
            try guardian.idleFrame(at: now)
            return nil
        }
    }

    // MARK: Frames of the connection

    private mutating func takeSettings(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.stream == 0 else { throw HTTP2Fault(.protocolError, "SETTINGS on a stream") }
        let isAnswer = header.has(FrameHeader.Flag.ack)
        guard header.length % 6 == 0, !isAnswer || header.length == 0 else {
            throw HTTP2Fault(.frameSizeError, "SETTINGS of a wrong length")
        }
        if !awaitsSettings { try guardian.idleFrame(at: now) }
        awaitsSettings = false
        if isAnswer { return nil }
        let old = peer.initialWindow
        try peer.take(&payload)
        output.writeSettingsAnswer()
        let change = peer.initialWindow - old
        guard change != 0 else { return nil }
        for index in streams.indices {
            streams[at: index].sendWindow += change
            guard streams[at: index].sendWindow <= HTTP2Settings.largestWindow else {
                throw HTTP2Fault(.flowControlError, "a window beyond 2^31-1")
            }
        }
        return change > 0 ? .windowOpened(0) : nil
    }

    private mutating func takePing(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.stream == 0 else { throw HTTP2Fault(.protocolError, "a PING on a stream") }
        guard header.length == 8, let data = payload.readInteger(as: UInt64.self) else {
            throw HTTP2Fault(.frameSizeError, "a PING of a wrong length")
        }
        try guardian.idleFrame(at: now)
        if header.has(FrameHeader.Flag.ack) { return .pong(data) }
        output.writePing(data, isAnswer: true)
        return nil
    }

    private mutating func takeWindowUpdate(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.length == 4, let raw = payload.readInteger(as: UInt32.self) else {
            throw HTTP2Fault(.frameSizeError, "a WINDOW_UPDATE of a wrong length")
        }
        try guardian.windowUpdate(at: now)
        let increment = Int(raw & 0x7fff_ffff)
        guard header.stream != 0 else {
            guard increment > 0 else { throw HTTP2Fault(.protocolError, "a WINDOW_UPDATE of 0") }
            sendWindow += increment
            guard sendWindow <= HTTP2Settings.largestWindow else {
                throw HTTP2Fault(.flowControlError, "a window beyond 2^31-1")
            }
            return .windowOpened(0)
        }
        try checkNotIdle(header.stream)
        guard let index = streams.index(of: header.stream) else { return nil }
        guard increment > 0 else { return try fail(header.stream, .protocolError, at: now) }
        streams[at: index].sendWindow += increment
        guard streams[at: index].sendWindow <= HTTP2Settings.largestWindow else {
            return try fail(header.stream, .flowControlError, at: now)
        }
        return .windowOpened(header.stream)
    }

    // MARK: Frames of a stream

    private mutating func takeReset(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Fault(.protocolError, "RST_STREAM without a stream") }
        guard header.length == 4, let raw = payload.readInteger(as: UInt32.self) else {
            throw HTTP2Fault(.frameSizeError, "RST_STREAM of a wrong length")
        }
        try checkNotIdle(header.stream)
        // Resetting what has ended is as useless as a PING.
        guard let stream = streams[header.stream] else {
            try guardian.idleFrame(at: now)
            return nil
        }
        if role == .server { try stream.sends ? guardian.streamGivenUp(at: now) : guardian.idleFrame(at: now) }
        end(header.stream, .resetByPeer)
        return .reset(header.stream, HTTP2ErrorCode(rawValue: raw) ?? .internalError)
    }

    /// Priorities are not followed (RFC 9113 §5.3.2).
    private mutating func takePriority(
        _ header: FrameHeader, _ payload: ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Fault(.protocolError, "PRIORITY without a stream") }
        try guardian.idleFrame(at: now)
        guard header.length == 5 else {
            guard streams.index(of: header.stream) != nil else {
                throw HTTP2Fault(.frameSizeError, "PRIORITY of a wrong length")
            }
            return try fail(header.stream, .frameSizeError, at: now)
        }
        let parent = payload.getInteger(at: payload.readerIndex, as: UInt32.self) ?? 0
        guard parent & 0x7fff_ffff == header.stream else { return nil }
        guard streams.index(of: header.stream) != nil else {
            throw HTTP2Fault(.protocolError, "a stream depends on itself")
        }
        return try fail(header.stream, .protocolError, at: now)
    }

    private mutating func takeData(
        _ header: FrameHeader, _ payload: inout ByteBuffer, at now: NIODeadline
    ) throws(HTTP2Fault) -> HTTP2Event? {
        let id = header.stream
        guard id != 0 else { throw HTTP2Fault(.protocolError, "DATA without a stream") }
        try checkNotIdle(id)
        guard header.length <= receiveWindow else { throw HTTP2Fault(.flowControlError, "more than the window allows") }
        receiveWindow -= header.length
        try Self.removePadding(header, &payload)
        let content = payload.readableBytes
        guard let index = streams.index(of: id) else {
            credit(header.length)
            if content == 0 { try guardian.idleFrame(at: now) }
            return try takeLate(id, at: now)
        }
        guard streams[at: index].receives else {
            credit(header.length)
            return try fail(id, .streamClosed, at: now)
        }
        streams[at: index].receiveWindow -= header.length
        guard streams[at: index].receiveWindow >= 0 else {
            credit(header.length)
            return try fail(id, .flowControlError, at: now)
        }
        streams[at: index].unconsumed += header.length
        consumed(header.length - content, of: id)
        let isEnd = header.has(FrameHeader.Flag.endStream)
        if content == 0, !isEnd { try guardian.idleFrame(at: now) }
        if let promised = streams[at: index].promised {
            guard content <= promised, !isEnd || content == promised else {
                return try fail(id, .protocolError, at: now)
            }
            streams[at: index].promised = promised - content
        }
        if isEnd { inputEnded(id) }
        return .data(id, payload, isEnd: isEnd)
    }

    mutating func inputEnded(_ id: UInt32) {
        guard let index = streams.index(of: id) else { return }
        streams[at: index].receives = false
        if !streams[at: index].sends { end(id, .completed) }
    }

    /// DATA or HEADERS for a stream that is no more: what we reset may still get some; a peer that ended it must not.
    mutating func takeLate(_ id: UInt32, at now: NIODeadline) throws(HTTP2Fault) -> HTTP2Event? {
        switch ended.reason(of: id) {
        case .resetByUs: return nil
        case .resetByPeer: return try fail(id, .streamClosed, at: now)
        case .completed: throw HTTP2Fault(.streamClosed, "a frame for a stream that has ended")
        case nil where !acceptsStreams && isOfPeer(id) && id > lastStream: return nil
        case nil: throw HTTP2Fault(.protocolError, "a frame for a stream that was never opened")
        }
    }

    func isOfPeer(_ id: UInt32) -> Bool { id & 1 == (role == .server ? 1 : 0) }

    private func checkNotIdle(_ id: UInt32) throws(HTTP2Fault) {
        let isKnown = isOfPeer(id) ? id <= lastStream || !acceptsStreams : id < nextStream
        guard isKnown, role == .server || !isOfPeer(id) else {
            throw HTTP2Fault(.protocolError, "a frame for a stream that is idle")
        }
    }

    /// RFC 9113 §6.1: padding as long as the payload or longer is the connection's error.
    static func removePadding(_ header: FrameHeader, _ payload: inout ByteBuffer) throws(HTTP2Fault) {
        guard header.has(FrameHeader.Flag.padded) else { return }
        guard let padding = payload.readInteger(as: UInt8.self), Int(padding) <= payload.readableBytes else {
            throw HTTP2Fault(.protocolError, "padding beyond its frame")
        }
        payload.moveWriterIndex(to: payload.writerIndex - Int(padding))
    }
}
