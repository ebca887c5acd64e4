import NIOCore
import NIOHTTP2
import NIOPosix
import TrafficRules

/// HTTP/2 connections to tasks of one event loop: usually one for each task, another one while the first has as many requests as
/// its task takes.
final class HTTP2UpstreamPool {
    private typealias Waiting = (Result<any UpstreamRequest, UpstreamFailure>) -> Void

    private let eventLoop: any EventLoop
    private let limits: UpstreamPool.Limits
    private var connections: [SocketAddress: [HTTP2UpstreamConnection]] = [:]
    /// For the one connection that is being made.
    private var waiting: [SocketAddress: [Waiting]] = [:]
    private var sweep: Scheduled<Void>?

    init(eventLoop: any EventLoop, limits: UpstreamPool.Limits) {
        self.eventLoop = eventLoop
        self.limits = limits
    }

    /// `body` is called on the loop, at once when a connection has room.
    func withStream(
        to target: SocketAddress, _ body: @escaping (Result<any UpstreamRequest, UpstreamFailure>) -> Void
    ) {
        if let free = connections[target]?.first(where: { $0.isUsable && $0.requests < $0.mostStreams }) {
            return body(.success(HTTP2UpstreamStream(free)))
        }
        waiting[target, default: []].append(body)
        if waiting[target]?.count == 1 { connect(to: target) }
    }

    func forget(_ target: SocketAddress) {
        for connection in connections[target] ?? [] { connection.retire() }
    }

    func closeAll() {
        sweep?.cancel()
        for target in Array(connections.keys) { forget(target) }
    }

    private func connect(to target: SocketAddress) {
        let connection = HTTP2UpstreamConnection()
        connection.onRetired = { [weak self] connection in
            self?.connections[target]?.removeAll { $0 === connection }
            if self?.connections[target]?.isEmpty ?? false { self?.connections[target] = nil }
        }
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(limits.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let codec = NIOHTTP2Handler(mode: .client, initialSettings: HTTP2UpstreamConnection.settings)
                    try channel.pipeline.syncOperations.addHandlers(codec, bound.value)
                }
            }
            .connect(to: target)
            .assumeIsolated()
            .whenComplete { [eventLoop] result in
                // NIO tells of the connection before it tells the pipeline, whose codec takes no frame until then.
                eventLoop.assumeIsolated().execute { self.connected(connection, to: target, result.map { _ in }) }
            }
    }

    private func connected(
        _ connection: HTTP2UpstreamConnection, to target: SocketAddress, _ result: Result<Void, any Error>
    ) {
        let waiting = waiting.removeValue(forKey: target) ?? []
        switch result {
        case .success:
            connections[target, default: []].append(connection)
            armSweep()
            // More than the task takes wait inside of NIOHTTP2 for their turn.
            for body in waiting { body(.success(HTTP2UpstreamStream(connection))) }
        case .failure(let error):
            for body in waiting { body(.failure(ConnectFailure.of(error))) }
        }
    }

    private func armSweep() {
        guard sweep == nil else { return }
        sweep = eventLoop.assumeIsolated().scheduleTask(in: limits.idle) { [weak self] in self?.sweepIdle() }
    }

    private func sweepIdle() {
        sweep = nil
        let limit = NIODeadline.now() - limits.idle
        for connection in connections.values.joined() where connection.requests == 0 && connection.idleSince <= limit {
            connection.retire()
        }
        if !connections.isEmpty { armSweep() }
    }
}
