import NIOCore
import NIOHTTP2
import Synchronization

/// Ends an HTTP/2 connection on which no stream has been open for the idle time.
final class HTTP2IdleHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let idle: TimeAmount
    private let streams: HTTP2StreamCount
    private var deadline = ConnectionDeadline()
    private var context: ChannelHandlerContext?

    init(idle: TimeAmount, streams: HTTP2StreamCount) {
        self.idle = idle
        self.streams = streams
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        expectStreams(after: idle)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIOHTTP2 has written the GOAWAY that the protocol asks for.
        context.flush()
        context.close(promise: nil)
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
    private let changedAt = Atomic(NIODeadline.now().uptimeNanoseconds)

    var last: HTTP2StreamID { HTTP2StreamID(highest.load(ordering: .relaxed)) }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        open.wrappingAdd(1, ordering: .relaxed)
        highest.max(Int(id), ordering: .relaxed)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        open.wrappingSubtract(1, ordering: .relaxed)
        changedAt.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    /// The whole time while a stream is open.
    func idleLeft(of idle: TimeAmount) -> TimeAmount {
        if open.load(ordering: .relaxed) > 0 { return idle }
        let since = NIODeadline.uptimeNanoseconds(changedAt.load(ordering: .relaxed))
        return idle - (NIODeadline.now() - since)
    }
}
