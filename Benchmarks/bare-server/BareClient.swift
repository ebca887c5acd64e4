import NIOCore

/// One client, which sends a request in one piece and the next one after its answer, as wrk does.
final class BareClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// As large as what the others answer.
    private static let answer = ByteBuffer(
        string: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n"
            + String(repeating: "0123456789abcde\n", count: 64))
    /// Where `GET /cached/` differs from other paths.
    private static let place = 5

    private let origin: OriginConnections
    private var context: ChannelHandlerContext?

    init(_ origin: OriginConnections) { self.origin = origin }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = unwrapInboundIn(data)
        if request.getInteger(at: request.readerIndex + Self.place) == UInt8(ascii: "c") {
            context.writeAndFlush(wrapOutboundOut(Self.answer), promise: nil)
        } else {
            origin.send(request, for: self)
        }
    }

    func receive(_ answer: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(answer), promise: nil) }
    func originFailed() { context?.close(promise: nil) }
}
