import NIOCore
import NIOHTTP2
import NIOSSL
import Synchronization

/// Ends an HTTP/2 connection on which no stream has been open for the idle time.
final class HTTP2IdleHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let idle: TimeAmount
    private let streams: HTTP2StreamCount
    private var deadline = ConnectionDeadline()
    private var context: ChannelHandlerContext?
    private var farewell: BusyConnections?
    private var isClosing = false

    init(idle: TimeAmount, streams: HTTP2StreamCount) {
        self.idle = idle
        self.streams = streams
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        streams.whenAllClosed = NIOLoopBound({ [weak self] in self?.allClosed() }, eventLoop: context.eventLoop)
        expectStreams(after: idle)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline.cancel()
        farewell?.leave()
        farewell = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIOHTTP2 has written the GOAWAY that the protocol asks for.
        context.flush()
        context.close(promise: nil)
    }

    /// RFC 9113 §6.8: the first GOAWAY names no stream, since some may be on their way; a PING that comes back tells that
    /// none is any more.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? FarewellEvent else { return context.fireUserInboundEventTriggered(event) }
        guard farewell == nil else { return }
        farewell = event.busy
        event.busy.enter()
        sendGoAway(.maxID)
        context.writeAndFlush(
            wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: .ping(Self.farewellPing, ack: false))),
            promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ping(Self.farewellPing, ack: true) = unwrapInboundIn(data).payload, farewell != nil {
            isClosing = true
            sendGoAway(streams.last)
            if streams.isEmpty { closeSoon() }
        }
        context.fireChannelRead(data)
    }

    private static let farewellPing = HTTP2PingData(withInteger: 0x7465_7272_6163_65)

    /// Called within the frame that closed the last stream; the connection closes behind it.
    private func allClosed() {
        guard isClosing, let context else { return }
        context.eventLoop.assumeIsolated().execute { [weak self] in
            if self?.streams.isEmpty ?? false { self?.closeSoon() }
        }
    }

    private func sendGoAway(_ last: HTTP2StreamID) {
        let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil)
        context?.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }

    /// Behind TLS an empty write says nothing about what is encrypted and not yet taken, so it goes around it.
    private func closeSoon() {
        guard let context else { return }
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        guard let tls else { return context.close(promise: nil) }
        tls.writeAndFlush(NIOAny(ByteBuffer())).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
            self?.farewell?.leave()
            self?.farewell = nil
        }
    }

    private func expectStreams(after delay: TimeAmount) {
        guard let loop = context?.eventLoop else { return }
        deadline.set(.idle, after: delay, on: loop) { [weak self] in self?.timerFired() }
    }

    private func timerFired() {
        guard let context,
            deadline.fired(on: context.eventLoop, expired: { [weak self] in self?.timerFired() })
        else { return }
        let rest = streams.idleLeft(of: idle)
        guard rest <= .zero else { return expectStreams(after: rest) }
        let goAway = HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: streams.last, errorCode: .noError, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(goAway)).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
        }
    }
}

/// Counts a connection's open streams and remembers when the last one closed.
final class HTTP2StreamCount: NIOHTTP2StreamDelegate {
    private let open = Atomic(0)
    private let highest = Atomic(0)
    /// Called on the connection's loop.
    var whenAllClosed: NIOLoopBound<() -> Void>? {
        get { closed.withLock { $0 } }
        set { closed.withLock { $0 = newValue } }
    }
    private let closed = Mutex<NIOLoopBound<() -> Void>?>(nil)
    private let changedAt = Atomic(NIODeadline.now().uptimeNanoseconds)

    var last: HTTP2StreamID { HTTP2StreamID(highest.load(ordering: .relaxed)) }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        open.wrappingAdd(1, ordering: .relaxed)
        highest.max(Int(id), ordering: .relaxed)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        open.wrappingSubtract(1, ordering: .relaxed)
        changedAt.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        if isEmpty { whenAllClosed?.value() }
    }

    var isEmpty: Bool { open.load(ordering: .relaxed) == 0 }

    /// The whole time while a stream is open.
    func idleLeft(of idle: TimeAmount) -> TimeAmount {
        if open.load(ordering: .relaxed) > 0 { return idle }
        let since = NIODeadline.uptimeNanoseconds(changedAt.load(ordering: .relaxed))
        return idle - (NIODeadline.now() - since)
    }
}
