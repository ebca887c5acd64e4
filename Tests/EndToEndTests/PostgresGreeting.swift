import NIOCore
import NIOPosix
import NIOSSL

/// Begins a connection to a PostgreSQL server as a client in Swift does, over BoringSSL, and holds the certificate against the server's
/// address.
final class PostgresGreeting: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct NoTLS: Error {}

    /// The server's first byte below TLS: `R` asks for a password, `E` is a refusal.
    static func firstByte(port: Int, authorityFile: String) async throws -> UInt8? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authorityFile)
        let trust = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: UInt8?.self)
        let channel = try await ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(PostgresGreeting(trust, answer))
            }
        }.connect(host: "127.0.0.1", port: port).get()
        defer { channel.close(promise: nil) }
        return try await answer.futureResult.get()
    }

    private let trust: NIOSSLContext
    private let answer: EventLoopPromise<UInt8?>
    private var isEncrypted = false

    private init(_ trust: NIOSSLContext, _ answer: EventLoopPromise<UInt8?>) {
        self.trust = trust
        self.answer = answer
    }

    /// Source of the numbers: PostgreSQL's documentation, "Message Formats", SSLRequest and StartupMessage.
    func channelActive(context: ChannelHandlerContext) {
        send([80_877_103], "", context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let first = unwrapInboundIn(data).readableBytesView.first
        guard !isEncrypted else { return answer.succeed(first) }
        guard first == UInt8(ascii: "S") else { return answer.fail(NoTLS()) }
        isEncrypted = true
        do {
            let tls = try NIOSSLClientHandler(context: trust, serverHostname: nil)
            try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
        } catch {
            answer.fail(error)
        }
        send([3 << 16], "user\0trial\0\0", context)
    }

    private func send(_ numbers: [UInt32], _ text: String, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 64)
        buffer.writeInteger(UInt32(4 + 4 * numbers.count + text.utf8.count))
        for number in numbers { buffer.writeInteger(number) }
        buffer.writeString(text)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ChannelError.eof)
    }
}
