import LocalTarget
import NIOCore
import NIOPosix

/// A task that answers every request with the same bytes, whatever they are, and closes.
final class RawTask: Sendable {
    let endpoint: TaskEndpoint
    private let socket: any Channel

    private init(endpoint: TaskEndpoint, socket: any Channel) {
        self.endpoint = endpoint
        self.socket = socket
    }

    /// `readsOn`: what comes after the answer is read and dropped, and the connection stays; health checks are answered 200.
    static func start(_ id: String, answer: String, readsOn: Bool = false) async throws -> RawTask {
        let socket = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RawAnswer(ByteBuffer(string: answer), readsOn: readsOn))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = socket.localAddress?.port ?? 0
        return RawTask(endpoint: TaskEndpoint(id: id, service: "web", zone: "a", port: port), socket: socket)
    }

    func stop() async { try? await socket.close().get() }
}

private final class RawAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let healthy = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    private let answer: ByteBuffer
    private let readsOn: Bool
    private var request = ByteBuffer()
    private var hasAnswered = false

    init(_ answer: ByteBuffer, readsOn: Bool) {
        self.answer = answer
        self.readsOn = readsOn
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasAnswered { return }
        request.writeImmutableBuffer(unwrapInboundIn(data))
        let head = String(buffer: request)
        guard head.contains("\r\n\r\n") else { return }
        hasAnswered = true
        let channel = context.channel
        let isCheck = readsOn && head.hasPrefix("GET /health ")
        let written = channel.writeAndFlush(isCheck ? Self.healthy : answer)
        if !readsOn { written.whenComplete { _ in channel.close(promise: nil) } }
    }
}
