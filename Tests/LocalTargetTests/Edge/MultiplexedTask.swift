import LocalTarget
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Synchronization

/// A task that speaks HTTP/2 without TLS, written with NIOHTTP2's channels for streams: another implementation than what is tested.
final class MultiplexedTask: Sendable {
    struct Answer: Sendable {
        var headers: [(String, String)] = [(":status", "200")]
        var body: [UInt8] = []
        var trailers: [(String, String)]?
        var delay = TimeAmount.zero
        /// Instead of an answer.
        var reset: HTTP2ErrorCode?
    }
    typealias Script = @Sendable (_ headers: HPACKHeaders, _ body: [UInt8]) -> Answer

    let endpoint: TaskEndpoint
    private let socket: any Channel
    private let accepted: Accepted

    final class Accepted: Sendable { let channels = Mutex<[any Channel]>([]) }

    private init(endpoint: TaskEndpoint, socket: any Channel, accepted: Accepted) {
        self.endpoint = endpoint
        self.socket = socket
        self.accepted = accepted
    }

    /// How many connections were made to it.
    var connections: Int { accepted.channels.withLock { $0.count } }

    static func start(_ id: String, _ service: String, _ script: @escaping Script) async throws -> MultiplexedTask {
        let accepted = Accepted()
        let socket = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                accepted.channels.withLock { $0.append(channel) }
                return channel.configureHTTP2Pipeline(mode: .server) { stream in
                    stream.eventLoop.makeCompletedFuture {
                        try stream.pipeline.syncOperations.addHandler(StreamHandler(script))
                    }
                }.map { _ in }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = socket.localAddress?.port ?? 0
        return MultiplexedTask(
            endpoint: TaskEndpoint(id: id, service: service, zone: "a", port: port), socket: socket, accepted: accepted)
    }

    /// Ends every connection at once.
    func stop() async {
        try? await socket.close().get()
        for channel in accepted.channels.withLock({ $0 }) { try? await channel.close().get() }
    }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let script: MultiplexedTask.Script
    private var headers = HPACKHeaders()
    private var body: [UInt8] = []

    init(_ script: @escaping MultiplexedTask.Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let content):
            if headers.isEmpty { headers = content.headers }
            if content.endStream { answer(context) }
        case .data(let content):
            if case .byteBuffer(let bytes) = content.data { body += bytes.readableBytesView }
            if content.endStream { answer(context) }
        default: break
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let answer = script(headers, body)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: answer.delay) {
            let (handler, context) = bound.value
            handler.write(answer, context)
        }
    }

    private func write(_ answer: MultiplexedTask.Answer, _ context: ChannelHandlerContext) {
        if let code = answer.reset {
            return context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
        }
        let isShort = answer.body.isEmpty && answer.trailers == nil
        context.write(
            wrapOutboundOut(.headers(.init(headers: HPACKHeaders(answer.headers), endStream: isShort))), promise: nil)
        if !answer.body.isEmpty {
            let bytes = IOData.byteBuffer(ByteBuffer(bytes: answer.body))
            context.write(wrapOutboundOut(.data(.init(data: bytes, endStream: answer.trailers == nil))), promise: nil)
        }
        if let trailers = answer.trailers {
            context.write(
                wrapOutboundOut(.headers(.init(headers: HPACKHeaders(trailers), endStream: true))), promise: nil)
        }
        context.flush()
    }
}
