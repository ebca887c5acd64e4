import NIOCore
import NIOPosix
import Synchronization

/// A stable TCP endpoint on loopback that passes bytes to whichever server has the role now. While nobody has it, new
/// connections wait: an application sees a short pause instead of a refusal.
final class DatabaseRelay: Sendable {
    private struct Waiter {
        var loop: any EventLoop
        var promise: EventLoopPromise<Int>
    }

    private struct State {
        var target: Int?
        var listener: (any Channel)?
        /// Both ends of every connection, by a number of its own, with the port of its server.
        var connections: [Int: (client: any Channel, target: Int?)] = [:]
        var waiters: [Int: Waiter] = [:]
        var lastNumber = 0
        var closed = false
    }

    private let state = Mutex(State())
    private let group: any EventLoopGroup

    init(group: any EventLoopGroup) { self.group = group }

    /// Starts listening; the port.
    func listen(port: Int) async throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RelayEntrance { self?.accept($0) })
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw DatabaseError(
                "listen on 127.0.0.1:\(port)", answer: "\(error)",
                next: "end the program that has this port, or choose another")
        }
        state.withLock { $0.listener = channel }
        return channel.localAddress?.port ?? port
    }

    /// From now on, new and waiting connections go to `target`. Existing ones to any other server are closed if
    /// `dropping`: to a server that is no writer any more they would be of no use.
    func route(to target: Int?, dropping: Bool) {
        let (waiters, dropped) = state.withLock { state -> ([Waiter], [any Channel]) in
            state.target = target
            var dropped: [any Channel] = []
            if dropping {
                dropped = state.connections.values.filter { $0.target != nil && $0.target != target }.map(\.client)
            }
            guard target != nil else { return ([], dropped) }
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), dropped)
        }
        for channel in dropped { channel.close(promise: nil) }
        guard let target else { return }
        for waiter in waiters { waiter.promise.succeed(target) }
    }

    var connections: Int { state.withLock { $0.connections.count } }

    func close() async {
        let (listener, channels) = state.withLock { state in
            state.closed = true
            return (state.listener, state.connections.values.map(\.client))
        }
        try? await listener?.close().get()
        for channel in channels { channel.close(promise: nil) }
    }

    // MARK: - One connection

    private func accept(_ client: any Channel) {
        let number = state.withLock { state -> Int? in
            guard !state.closed, state.connections.count < DatabaseLimit.relayConnections else { return nil }
            state.lastNumber += 1
            state.connections[state.lastNumber] = (client, nil)
            return state.lastNumber
        }
        guard let number else {
            client.close(promise: nil)
            return
        }
        client.closeFuture.whenComplete { [self] _ in
            let waiter = state.withLock { state in
                state.connections[number] = nil
                return state.waiters.removeValue(forKey: number)
            }
            waiter?.promise.fail(ChannelError.ioOnClosedChannel)
        }
        connect(client, number: number, deadline: .now() + .init(DatabaseLimit.relayHold))
    }

    private func connect(_ client: any Channel, number: Int, deadline: NIODeadline) {
        let loop = client.eventLoop
        server(for: number, on: loop, deadline: deadline).flatMap { port in
            ClientBootstrap(group: loop)
                .connectTimeout(.seconds(2))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .channelOption(.autoRead, value: false)
                .connect(host: "127.0.0.1", port: port)
                .map { (port, $0) }
        }.whenComplete { [self] result in
            switch result {
            case .success((let port, let server)) where claim(number, port): join(client, server)
            case .success((_, let server)):
                // The role went elsewhere while this connection was made: nothing was sent yet, so it may follow.
                server.close(promise: nil)
                guard client.isActive else { return }
                connect(client, number: number, deadline: deadline)
            case .failure:
                // The server has just gone and nobody has said so yet.
                guard client.isActive, .now() < deadline else {
                    client.close(promise: nil)
                    return
                }
                loop.scheduleTask(in: .init(DatabaseLimit.relayRetry)) { [self] in
                    connect(client, number: number, deadline: deadline)
                }
            }
        }
    }

    /// Notes which server a connection has; false when that one is no longer where connections lead.
    private func claim(_ number: Int, _ port: Int) -> Bool {
        state.withLock { state in
            guard state.target == port else { return false }
            state.connections[number]?.target = port
            return true
        }
    }

    /// The server's port, now or once there is one.
    private func server(for number: Int, on loop: any EventLoop, deadline: NIODeadline) -> EventLoopFuture<Int> {
        let promise = loop.makePromise(of: Int.self)
        let now = state.withLock { state -> Int? in
            if state.target == nil { state.waiters[number] = Waiter(loop: loop, promise: promise) }
            return state.target
        }
        if let now {
            promise.succeed(now)
            return promise.futureResult
        }
        let timeout = loop.scheduleTask(deadline: deadline) { [self] in
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.promise.fail(ChannelError.connectTimeout(.init(DatabaseLimit.relayHold)))
        }
        promise.futureResult.whenComplete { _ in timeout.cancel() }
        return promise.futureResult
    }

    private func join(_ client: any Channel, _ server: any Channel) {
        // The role may have moved, or the client left, while the connection was made.
        guard client.isActive else {
            server.close(promise: nil)
            client.close(promise: nil)
            return
        }
        do {
            let (one, two) = RelayEnd.pair()
            try client.pipeline.syncOperations.addHandler(one)
            try server.pipeline.syncOperations.addHandler(two)
            try client.syncOptions?.setOption(.autoRead, value: true)
            try server.syncOptions?.setOption(.autoRead, value: true)
        } catch {
            client.close(promise: nil)
            server.close(promise: nil)
        }
    }
}
