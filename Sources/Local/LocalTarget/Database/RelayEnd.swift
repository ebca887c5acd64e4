import NIOCore

/// One of two ends that pass everything to each other, both on one event loop. An end is read only while the other can
/// take more, so that a slow reader slows the sender down and memory stays flat. The end of one direction is passed on
/// alone: the other goes on.
final class RelayEnd: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var partner: RelayEnd?
    private var context: ChannelHandlerContext?
    private var owesRead = false

    static func pair() -> (RelayEnd, RelayEnd) {
        let (one, two) = (RelayEnd(), RelayEnd())
        one.partner = two
        two.partner = one
        return (one, two)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.context?.write(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
    }

    func read(context: ChannelHandlerContext) {
        if partner?.context?.channel.isWritable ?? true {
            context.read()
        } else {
            owesRead = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, let partner, partner.owesRead else { return }
        partner.owesRead = false
        partner.context?.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            partner?.context?.close(mode: .output, promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.context?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Tells of a client once its channel is active: a server on loopback may be reached before that.
final class RelayEntrance: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let accepted: (any Channel) -> Void

    init(_ accepted: @escaping (any Channel) -> Void) { self.accepted = accepted }

    func channelActive(context: ChannelHandlerContext) {
        accepted(context.channel)
        context.fireChannelActive()
    }
}
