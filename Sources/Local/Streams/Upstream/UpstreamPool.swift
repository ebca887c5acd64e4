package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Connections to tasks of one event loop; nothing is shared with other loops, nothing is locked.
package final class UpstreamPool {
    package struct Limits: Sendable {
        /// How long to wait for a connection to be accepted. An Application Load Balancer waits 10 s.
        package var connect: TimeAmount
        /// How long an unused connection is kept: shorter than what common servers allow, so that a request
        /// seldom meets a connection that its task is just closing.
        package var idle: TimeAmount
        /// Unused connections kept for one task: what a busy moment opened serves the next one. Fewer than are busy at a time would
        /// open and close a connection for many a request.
        package var idlePerTarget: Int

        package init(connect: TimeAmount = .seconds(10), idle: TimeAmount = .seconds(4), idlePerTarget: Int = 1024) {
            self.connect = connect
            self.idle = idle
            self.idlePerTarget = idlePerTarget
        }
    }

    package let eventLoop: any EventLoop
    private let limits: Limits
    private let httpLimits: HTTP1Limits
    private var kept: [SocketAddress: TaskConnections] = [:]
    private var sweep: Scheduled<Void>?
    private let multiplexed: HTTP2UpstreamPool

    package init(eventLoop: any EventLoop, limits: Limits = Limits(), httpLimits: HTTP1Limits = HTTP1Limits()) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.httpLimits = httpLimits
        multiplexed = HTTP2UpstreamPool(eventLoop: eventLoop, limits: limits)
    }

    /// A stream of an HTTP/2 connection to `target`. `body` is called on the loop, at once when there is a connection.
    package func withStream(
        to target: SocketAddress, _ body: @escaping (Result<any UpstreamRequest, UpstreamFailure>) -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        multiplexed.withStream(to: target, body)
    }

    /// Where the connections to `target` are kept until it is forgotten.
    package func connections(to target: SocketAddress) -> TaskConnections {
        if let known = kept[target] { return known }
        let new = TaskConnections()
        kept[target] = new
        return new
    }

    /// Closes what is unused for a target that has gone, and what is in use after that.
    package func forget(_ target: SocketAddress) {
        kept.removeValue(forKey: target)?.forget()
        multiplexed.forget(target)
    }

    package func closeAll() {
        sweep?.cancel()
        for target in Array(kept.keys) { forget(target) }
        multiplexed.closeAll()
    }

    /// A new connection. `body` is called on the loop.
    /// - Parameter connections: where it is kept when it has nothing to do; nil: it is closed then.
    package func connect(
        to target: SocketAddress, keepingIn connections: TaskConnections? = nil,
        _ body: @escaping (Result<UpstreamConnection, UpstreamFailure>) -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        let connection = UpstreamConnection(limits: httpLimits)
        connection.onEnding = { [weak self] connection, ending in self?.ended(connection, ending, connections) }
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(limits.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(to: target)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success: body(.success(connection))
                case .failure(let error): body(.failure(ConnectFailure.of(error)))
                }
            }
    }

    private func ended(
        _ connection: UpstreamConnection, _ ending: UpstreamConnection.Ending, _ connections: TaskConnections?
    ) {
        switch ending {
        case .closing:
            connections?.remove(connection)
        case .reusable:
            guard let connections, connections.keep(connection, atMost: limits.idlePerTarget) else {
                return connection.cancel()
            }
            armSweep()
        }
    }

    private func armSweep() {
        guard sweep == nil else { return }
        sweep = eventLoop.assumeIsolated().scheduleTask(in: limits.idle) { [weak self] in self?.sweepIdle() }
    }

    private func sweepIdle() {
        sweep = nil
        let limit = NIODeadline.now() - limits.idle
        for connections in kept.values { connections.closeUnused(since: limit) }
        if kept.values.contains(where: { !$0.isEmpty }) { armSweep() }
    }
}

enum ConnectFailure {
    /// The cause, without NIO's own wrapping.
    static func of(_ error: any Error) -> UpstreamFailure {
        switch error {
        case ChannelError.connectTimeout: .connectTimeout
        case let error as NIOConnectionError: error.connectionErrors.first.map { of($0.error) } ?? .connectTimeout
        case let error as IOError: .cannotConnect(String(cString: strerror(error.errnoCode)).lowercased())
        default: .cannotConnect("\(error)")
        }
    }
}
