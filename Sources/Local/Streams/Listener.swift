package import NIOCore
import NIOPosix
import Synchronization
import TrafficRules

/// Listens on one port with one socket for each event loop (SO_REUSEPORT): the kernel spreads connections, and a
/// connection stays on the loop that accepted it.
package final class Listener: Sendable {
    package struct Options: Sendable {
        /// Loopback, unless a tier stands in a network of its own.
        package var addresses: [String]
        /// 0: any free one.
        package var port: Int
        package var tls: ServerCertificates?
        package var limits: ConnectionLimits
        package var httpLimits: HTTP1Limits

        package init(
            addresses: [String] = ["127.0.0.1", "::1"], port: Int, tls: ServerCertificates? = nil,
            limits: ConnectionLimits = ConnectionLimits(), httpLimits: HTTP1Limits = HTTP1Limits()
        ) {
            self.addresses = addresses
            self.port = port
            self.tls = tls
            self.limits = limits
            self.httpLimits = httpLimits
        }
    }

    package let port: Int
    private let sockets: [any Channel]
    private let connections: OpenConnections
    private let certificates: ShownCertificates

    private init(
        port: Int, sockets: [any Channel], connections: OpenConnections, certificates: ShownCertificates
    ) {
        self.port = port
        self.sockets = sockets
        self.connections = connections
        self.certificates = certificates
    }

    /// Shown to connections from now on; those that are open go on with what they have. For a listener with TLS.
    package func setCertificates(_ fresh: ServerCertificates) { certificates.shown.withLock { $0 = fresh } }

    /// How many connections are open.
    package var connectionCount: Int { connections.count }

    /// Starts listening. `handler` is called once on each loop. Throws `PortTaken` when another process listens there:
    /// SO_REUSEPORT alone would let two of them share a port unnoticed.
    package static func start(
        on loops: [any EventLoop], _ options: Options,
        handler: @escaping @Sendable (any EventLoop) -> (any RequestHandler, LoopClock)
    ) async throws -> Listener {
        // A free port may be taken by an outgoing connection between finding it and listening on it.
        var triesLeft = options.port == 0 ? 8 : 0
        while true {
            do {
                return try await listen(on: loops, options, handler: handler)
            } catch let error as IOError where error.errnoCode == EADDRINUSE && triesLeft > 0 {
                triesLeft -= 1
            }
        }
    }

    private static func listen(
        on loops: [any EventLoop], _ options: Options,
        handler: @escaping @Sendable (any EventLoop) -> (any RequestHandler, LoopClock)
    ) async throws -> Listener {
        let connections = OpenConnections(limit: options.limits.connections)
        let certificates = ShownCertificates(options.tls)
        let port = try await claim(options, loops[0])
        var sockets: [any Channel] = []
        do {
            for loop in loops {
                let parts = try await loop.submit {
                    let (handler, clock) = handler(loop)
                    return NIOLoopBound(
                        LoopParts(
                            handler: handler, clock: clock, scratch: LoopScratch(), turn: LoopTurn(),
                            deadlines: LoopDeadlines(loop)),
                        eventLoop: loop)
                }.get()
                for address in options.addresses {
                    let bootstrap = bootstrap(on: loop, options, port: port, parts, connections, certificates)
                    do {
                        sockets.append(try await bootstrap.bind(host: address, port: port).get())
                    } catch  where address != options.addresses[0] {
                        // A machine without IPv6 is served over IPv4 alone.
                        continue
                    }
                }
            }
        } catch {
            for socket in sockets { socket.close(promise: nil) }
            throw error
        }
        return Listener(port: port, sockets: sockets, connections: connections, certificates: certificates)
    }

    /// Stops accepting; open connections go on.
    package func stopAccepting() async {
        for socket in sockets { try? await socket.close().get() }
    }

    /// Stops accepting, and ends every connection as soon as it has nothing under way; returns when all are at rest, or
    /// after `limit`. Clients then have a moment to take their last bytes and close: a process that ends with unread
    /// bytes of theirs resets the connection, and with it the end of an answer. What is left is for `closeConnections`.
    package func drain(within limit: Duration) async {
        await stopAccepting()
        let busy = BusyConnections()
        for channel in connections.all {
            try? await channel.eventLoop.submit {
                channel.pipeline.fireUserInboundEventTriggered(FarewellEvent(busy: busy))
            }.get()
        }
        let deadline = ContinuousClock.now + limit
        while busy.count > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        let end = ContinuousClock.now + Self.lastBytes
        while connections.count > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// How long clients may take to close after their connection's last byte was handed to the kernel.
    private static let lastBytes = Duration.seconds(2)

    /// Closes every open connection, whatever it is doing.
    package func closeConnections() { connections.closeAll() }

    private struct LoopParts {
        var handler: any RequestHandler
        var clock: LoopClock
        var scratch: LoopScratch
        var turn: LoopTurn
        var deadlines: LoopDeadlines
    }

    /// Binds once without SO_REUSEPORT, which fails when anybody else has the port, and gives its number.
    private static func claim(_ options: Options, _ loop: any EventLoop) async throws -> Int {
        do {
            let probe = try await ServerBootstrap(group: loop)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: options.addresses[0], port: options.port).get()
            let port = probe.localAddress?.port ?? options.port
            try await probe.close().get()
            return port
        } catch let error as IOError {
            throw PortRefused(port: options.port, errnoCode: error.errnoCode)
        }
    }

    private static func bootstrap(
        on loop: any EventLoop, _ options: Options, port: Int, _ parts: NIOLoopBound<LoopParts>,
        _ connections: OpenConnections, _ certificates: ShownCertificates
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.init(rawValue: SocketOptionName.reusePort)), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try connections.admit(channel)
                    let parts = parts.value
                    let connection = ConnectionSetup(
                        handler: parts.handler, clock: parts.clock, scratch: parts.scratch, turn: parts.turn,
                        deadlines: parts.deadlines,
                        limits: options.limits, httpLimits: options.httpLimits, port: port)
                    try connection.configure(channel, tls: certificates.shown.withLock { $0 })
                }
            }
    }
}

/// Why a port could not be had.
package struct PortRefused: Error, Sendable, Equatable {
    package var port: Int
    package var errnoCode: CInt
}

/// What a listener shows to new connections; nil without TLS. Read once for a connection.
private final class ShownCertificates: Sendable {
    let shown: Mutex<ServerCertificates?>

    init(_ certificates: ServerCertificates?) { shown = Mutex(certificates) }
}

/// The open connections of one listener, counted against its limit.
final class OpenConnections: Sendable {
    struct Full: Error {}

    private let limit: Int
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(limit: Int) { self.limit = limit }

    var all: [any Channel] { channels.withLock { Array($0.values) } }
    var count: Int { channels.withLock { $0.count } }

    /// Once for a connection, not for a request: the lock is not on the hot path.
    func admit(_ channel: any Channel) throws {
        let key = ObjectIdentifier(channel)
        try channels.withLock {
            guard $0.count < limit else { throw Full() }
            $0[key] = channel
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { $0[key] = nil }
        }
    }

    func closeAll() {
        for channel in all { channel.close(promise: nil) }
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private enum SocketOptionName {
    static let reusePort = SO_REUSEPORT
}
