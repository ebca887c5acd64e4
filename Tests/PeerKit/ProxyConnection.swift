import NIOCore
import NIOHTTP1

/// One client's connection: collects a request, has it handled, writes the answer. The pipeline before it keeps requests in
/// order, so there is one at a time.
final class ProxyConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Requests of AWS clients are small; an image's layer is the largest.
    private static let limit = 64 << 20

    private let proxy: FaultProxy
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ proxy: FaultProxy) { self.proxy = proxy }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
            if body.count > Self.limit { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            answer(head, context)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = PeerRequest(
            method: head.method.rawValue, uri: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: body)
        let (channel, proxy) = (context.channel, proxy)
        channel.eventLoop.makeFutureWithTask { await proxy.handle(request) }.whenSuccess { answer in
            guard let answer else { return channel.close(promise: nil) }
            var fields = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
            // HEAD has a length and no bytes.
            if request.method != "HEAD" || fields["content-length"].isEmpty {
                fields.replaceOrAdd(name: "content-length", value: String(answer.body.count))
            }
            let status = HTTPResponseStatus(statusCode: answer.status)
            channel.write(
                HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields)),
                promise: nil)
            if request.method != "HEAD" {
                channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: answer.body))), promise: nil)
            }
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
