import NIOCore
import NIOPosix
import Streams
import Synchronization
import TestKit
import Testing
import TrafficRules

/// A connection that has nothing to do serves the next request to its task, and none outlives the task.
@Suite struct TaskConnectionsTests {
    @Test func oneConnectionServesOneRequestAfterAnother() async throws {
        try await Scene.play { scene in
            for round in 1...3 {
                let request = try await scene.send()
                #expect(await eventually { scene.task.requests == round })
                await scene.task.answer()
                #expect(try await request.get())
            }
            #expect(scene.task.accepted == 1)
        }
    }

    @Test func ofATaskThatHasGoneNothingIsKept() async throws {
        try await Scene.play { scene in
            let request = try await scene.send()
            #expect(await eventually { scene.task.requests == 1 })
            await scene.task.answer()
            #expect(try await request.get() && scene.task.open == 1)
            try await scene.forget()
            #expect(await eventually { scene.task.open == 0 })
        }
    }

    @Test("A request that is under way when its task goes is answered, and its connection closed then")
    func whatIsUnderWayEnds() async throws {
        try await Scene.play { scene in
            let request = try await scene.send()
            #expect(await eventually { scene.task.requests == 1 })
            try await scene.forget()
            await scene.task.answer()
            #expect(try await request.get())
            #expect(await eventually { scene.task.open == 0 })
        }
    }
}

/// A pool on an event loop, and a task that answers when it is told.
private struct Scene: Sendable {
    let task: SilentTask
    private let loop: any EventLoop
    private let parts: NIOLoopBound<(pool: UpstreamPool, connections: TaskConnections)>

    static func play(_ body: (Scene) async throws -> Void) async throws {
        let task = try await SilentTask.start()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let parts = try await loop.submit {
            let pool = UpstreamPool(eventLoop: loop)
            return NIOLoopBound((pool: pool, connections: pool.connections(to: task.address)), eventLoop: loop)
        }.get()
        let scene = Scene(task: task, loop: loop, parts: parts)
        try await body(scene)
        try await loop.submit { parts.value.pool.closeAll() }.get()
        try await task.stop()
    }

    /// A request over an unused connection or a new one. True when the whole answer has come.
    func send() async throws -> EventLoopFuture<Bool> {
        try await loop.submit {
            let (pool, connections) = parts.value
            let answered = loop.makePromise(of: Bool.self)
            let receiver = Receiver(answered)
            let head = RequestHead(method: .get, target: "/", authority: "task")
            if let unused = connections.takeUnused() {
                unused.send(head, body: .none, receiver: receiver)
            } else {
                pool.connect(to: task.address, keepingIn: connections) { result in
                    switch result {
                    case .success(let connection): connection.send(head, body: .none, receiver: receiver)
                    case .failure(let failure): answered.fail(failure)
                    }
                }
            }
            return answered.futureResult
        }.get()
    }

    func forget() async throws { try await loop.submit { parts.value.pool.forget(task.address) }.get() }
}

private final class Receiver: ResponseReceiver {
    private let answered: EventLoopPromise<Bool>

    init(_ answered: EventLoopPromise<Bool>) { self.answered = answered }

    func receive(interim head: ResponseHead) {}
    func receive(head: consuming ResponseHead, body: BodyFraming) {}
    func receive(answer body: ByteBuffer) {}
    func receiveAnswerEnd(trailers: HeaderFields?) { answered.succeed(true) }
    func switched(head: ResponseHead) { answered.succeed(false) }
    func failed(_ failure: UpstreamFailure) { answered.fail(failure) }
    func taskWritabilityChanged(isWritable: Bool) {}
}

private struct SilentTask: Sendable {
    let address: SocketAddress
    private let socket: any Channel
    private let connections: Connections

    var accepted: Int { connections.state.withLock { $0.accepted } }
    var requests: Int { connections.state.withLock { $0.requests } }
    var open: Int { connections.state.withLock { $0.open.count } }

    static func start() async throws -> SilentTask {
        let connections = Connections()
        let socket = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                connections.accept(channel)
                return channel.pipeline.addHandler(Requests { connections.state.withLock { $0.requests += 1 } })
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return SilentTask(address: try #require(socket.localAddress), socket: socket, connections: connections)
    }

    /// On each of its connections.
    func answer() async {
        for channel in connections.state.withLock({ $0.open }) {
            try? await channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        }
    }

    func stop() async throws { try await socket.close() }
}

private final class Connections: Sendable {
    struct State {
        var accepted = 0
        var requests = 0
        var open: [any Channel] = []
    }

    let state = Mutex(State())

    func accept(_ channel: any Channel) {
        state.withLock {
            $0.accepted += 1
            $0.open.append(channel)
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.open.removeAll { $0 === channel } } }
    }
}

/// Tells each piece that comes, which is a request here.
private final class Requests: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { body() }
}
