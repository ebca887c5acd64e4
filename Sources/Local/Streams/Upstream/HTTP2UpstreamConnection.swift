import NIOCore
import NIOHPACK
import NIOHTTP2
import TrafficRules

/// One HTTP/2 connection to a task, with prior knowledge (RFC 9113 §3.3): many requests at a time. Frames, compression and the rules
/// of connection and streams are NIOHTTP2's; above it there is an object for each stream and no channel.
final class HTTP2UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// What a task may send of one answer before its client has asked for it. Bytes.
    static let streamWindow = 256 << 10
    /// Of all answers; given back as it comes, because each stream has its own bound.
    private static let connectionWindow = 16 << 20
    /// RFC 9113 §6.9.2.
    private static let initialConnectionWindow = 65_535
    /// Of answer heads and trailers; as `HTTP1Limits.head`.
    private static let headListLimit = 64 << 10
    private static let lastStream = HTTP2StreamID(Int(Int32.max) - 2)

    static let settings: [HTTP2Setting] = [
        HTTP2Setting(parameter: .enablePush, value: 0),
        HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        HTTP2Setting(parameter: .maxHeaderListSize, value: headListLimit),
    ]

    /// Told once, when the connection takes no more requests.
    var onRetired: ((HTTP2UpstreamConnection) -> Void)?
    /// How many requests the task takes at a time; RFC 9113 §6.5.2 recommends at least 100.
    private(set) var mostStreams = 100
    /// When its last request ended.
    private(set) var idleSince = NIODeadline.now()
    private var streams: [HTTP2StreamID: HTTP2UpstreamStream] = [:]
    private var nextStream = HTTP2StreamID(1)
    private var isRetired = false
    private var unreturned = 0
    private var flushIsDue = false
    private var context: ChannelHandlerContext?

    var isUsable: Bool { !isRetired && context?.channel.isActive ?? false }
    var requests: Int { streams.count }
    var hasServed: Bool { nextStream > HTTP2StreamID(1) }

    // MARK: For the streams

    /// Sends a request's head; nil when the connection takes none any more.
    func begin(_ stream: HTTP2UpstreamStream, _ headers: HPACKHeaders, isEnd: Bool) -> HTTP2StreamID? {
        guard isUsable else { return nil }
        let id = nextStream
        nextStream = id.advanced(by: 2)
        streams[id] = stream
        write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: headers, endStream: isEnd))))
        if nextStream >= Self.lastStream { retire() }
        return id
    }

    /// `sent` is called when the bytes have left, or never will.
    func write(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID, sent: (() -> Void)? = nil) {
        guard streams[id] != nil else { return }
        write(HTTP2Frame(streamID: id, payload: payload), sent: sent)
    }

    /// The task may send so many bytes more.
    func returnWindow(_ count: Int, of id: HTTP2StreamID) {
        write(.windowUpdate(windowSizeIncrement: count), on: id)
    }

    func reset(_ id: HTTP2StreamID, _ code: NIOHTTP2.HTTP2ErrorCode) {
        guard streams.removeValue(forKey: id) != nil else { return }
        write(HTTP2Frame(streamID: id, payload: .rstStream(code)))
        streamEnded()
    }

    /// No new requests; closes when the last one has ended.
    func retire() {
        guard !isRetired else { return }
        isRetired = true
        onRetired?(self)
        if streams.isEmpty { context?.close(promise: nil) }
    }

    private func write(_ frame: HTTP2Frame, sent: (() -> Void)? = nil) {
        guard let context else { return }
        if let sent {
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenComplete { _ in sent() }
            context.write(wrapOutboundOut(frame), promise: promise)
        } else {
            context.write(wrapOutboundOut(frame), promise: nil)
        }
        guard !flushIsDue else { return }
        flushIsDue = true
        // What other requests write in the same turn of the loop leaves with it.
        context.eventLoop.assumeIsolated().execute { [weak self] in
            self?.flushIsDue = false
            self?.context?.flush()
        }
    }

    private func streamEnded() {
        guard streams.isEmpty else { return }
        idleSince = .now()
        if isRetired { context?.close(promise: nil) }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { widenConnection() }
    }

    func channelActive(context: ChannelHandlerContext) {
        widenConnection()
        context.fireChannelActive()
    }

    private func widenConnection() {
        let more = Self.connectionWindow - Self.initialConnectionWindow
        write(HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: more)))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let content):
            streams[frame.streamID]?.received(content.headers, isEnd: content.endStream)
        case .data(let content):
            guard case .byteBuffer(let bytes) = content.data else { return }
            returnConnectionWindow(bytes.readableBytes + (content.paddingBytes.map { $0 + 1 } ?? 0))
            streams[frame.streamID]?.received(
                bytes, padding: content.paddingBytes.map { $0 + 1 } ?? 0, isEnd: content.endStream)
        case .settings(.settings(let settings)):
            if let most = settings.last(where: { $0.parameter == .maxConcurrentStreams }) { mostStreams = most.value }
        case .goAway:
            // Streams that the task will not look at are told to have been refused.
            retire()
        default:
            break
        }
    }

    private func returnConnectionWindow(_ count: Int) {
        unreturned += count
        guard unreturned >= Self.connectionWindow / 2 else { return }
        write(HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: unreturned)))
        unreturned = 0
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closed = event as? StreamClosedEvent, let stream = streams.removeValue(forKey: closed.streamID) {
            stream.closed(closed.reason)
            streamEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(nil)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(nil)
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NIOHTTP2Errors.StreamError {
            // NIOHTTP2 has reset the stream; the others go on.
            streams.removeValue(forKey: error.streamID)?.fail(.invalidAnswer("\(error.baseError)"))
            return streamEnded()
        }
        end(.invalidAnswer("\(error)"))
    }

    private func end(_ failure: UpstreamFailure?) {
        let left = streams.values
        streams = [:]
        for stream in left { if let failure { stream.fail(failure) } else { stream.connectionClosed() } }
        retire()
    }
}
