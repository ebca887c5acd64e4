import NIOCore
import NIOPosix
import Synchronization
import TestKit
import Testing

@testable import LocalTarget

struct DatabaseRelayTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    /// Many times, for the role may move at any point of a connection that is being made.
    @Test(arguments: 0..<20) func connectionWaitsForAServer(_ round: Int) async throws {
        let relay = DatabaseRelay(group: group)
        let port = try await relay.listen(port: 0)
        let client = try await connect(port)
        async let answer = echo("hello", over: client)
        let server = try await startEcho()
        // A server that nobody answers for yet: the connection is tried again.
        relay.route(to: try LoopbackPort.free(preferring: nil), dropping: true)
        relay.route(to: server.localAddress?.port, dropping: true)
        #expect(try await answer == "hello")
        await relay.close()
        try await server.close()
    }

    @Test func connectionsToTheOldServerEnd() async throws {
        let relay = DatabaseRelay(group: group)
        let port = try await relay.listen(port: 0)
        let (old, new) = (try await startEcho(), try await startEcho())
        relay.route(to: old.localAddress?.port, dropping: true)
        let (kept, client) = (try await connect(port), try await connect(port))
        #expect(try await echo("one", over: client) == "one")
        relay.route(to: new.localAddress?.port, dropping: true)
        try await client.channel.closeFuture.get()
        #expect(try await echo("two", over: try await connect(port)) == "two")
        try? await kept.channel.close()
        await relay.close()
        try await old.close()
        try await new.close()
    }

    @Test func slowReceiverSlowsTheSenderDown() async throws {
        // The server never reads; what the relay has taken is bounded by its and the kernel's buffers.
        let silent = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false).bind(host: "127.0.0.1", port: 0).get()
        let relay = DatabaseRelay(group: group)
        let port = try await relay.listen(port: 0)
        relay.route(to: silent.localAddress?.port, dropping: true)
        let client = try await connect(port)
        let sent = Mutex(0)
        let block = ByteBuffer(repeating: 7, count: 1 << 20)
        let sender = Task {
            for _ in 0..<256 {
                try await client.channel.writeAndFlush(block).get()
                sent.withLock { $0 += 1 }
            }
        }
        var last = -1
        // Settled: nothing more was taken for a while.
        #expect(
            await eventually {
                defer { last = sent.withLock { $0 } }
                try? await Task.sleep(for: .milliseconds(200))
                return last == sent.withLock { $0 }
            })
        #expect(sent.withLock { $0 } < 64)
        sender.cancel()
        try? await client.channel.close()
        await relay.close()
        try await silent.close()
    }

    private struct Client: Sendable {
        let channel: any Channel
        let lines: AsyncStream<String>
    }

    private func connect(_ port: Int) async throws -> Client {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return Client(channel: channel, lines: lines)
    }

    private func echo(_ text: String, over client: Client) async throws -> String {
        try await client.channel.writeAndFlush(ByteBuffer(string: text)).get()
        var answer = ""
        for await part in client.lines {
            answer += part
            if answer.count >= text.count { break }
        }
        return answer
    }

    private func startEcho() async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<String>.Continuation
        init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(String(buffer: unwrapInboundIn(data)))
        }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
        }
    }
}
