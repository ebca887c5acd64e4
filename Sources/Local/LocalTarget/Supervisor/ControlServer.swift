import NIOCore
import NIOPosix
package import Stacks
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Every bound of the control socket.
package struct ControlLimits: Sendable {
    package var connections = 32
    package var line = ByteCount.mebibytes(1)
    /// From the connection to the request.
    package var request: Duration = .seconds(10)
    /// How long a client may leave an answer unread.
    package var unread: Duration = .seconds(30)
    /// How long `stop` waits for answers that are on their way.
    package var farewell: Duration = .seconds(1)

    package static let standard = ControlLimits()

    package init() {}
}

/// Answers the verbs of other processes for one stack, on a Unix socket that only its user can open.
package final class ControlServer: Sendable {
    package let path: String
    private let limits: ControlLimits
    private let listener: NIOAsyncChannel<LineChannel, Never>
    private let connections: Task<Void, Never>

    private init(
        path: String, limits: ControlLimits, listener: NIOAsyncChannel<LineChannel, Never>,
        connections: Task<Void, Never>
    ) {
        self.path = path
        self.limits = limits
        self.listener = listener
        self.connections = connections
    }

    /// Listens when it returns. The caller holds the stack's `SupervisorLock`, so that a socket file from an earlier
    /// run belongs to nobody.
    package static func start(
        _ control: any StackControl, stack: String, at socket: ControlSocket, limits: ControlLimits = .standard
    ) async throws -> ControlServer {
        try socket.prepareFolder()
        let listener = try await listen(socket.path, limits)
        let sessions = ControlSessions(control: control, stack: stack, limits: limits)
        let connections = Task {
            _ = try? await listener.executeThenClose { inbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in inbound {
                        group.addTask { await sessions.run(connection) }
                    }
                }
            }
        }
        return ControlServer(path: socket.path, limits: limits, listener: listener, connections: connections)
    }

    /// Takes no more connections, gives the answers on their way a moment, then cuts what is left.
    package func stop() async {
        listener.channel.close(promise: nil)
        let cut = Task { [connections, limits] in
            try await Task.sleep(for: limits.farewell)
            connections.cancel()
        }
        await connections.value
        cut.cancel()
        unlink(path)
    }

    private static func listen(
        _ path: String, _ limits: ControlLimits
    ) async throws -> NIOAsyncChannel<LineChannel, Never> {
        do {
            let listener: NIOAsyncChannel<LineChannel, Never> = try await ServerBootstrap(
                group: NIOSingletons.posixEventLoopGroup
            ).bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture { try LineDecoder.wrap(channel, limit: limits.line.bytes) }
            }
            chmod(path, 0o600)
            return listener
        } catch {
            throw Report("cannot listen on the control socket \(path): \(error)")
        }
    }
}

/// Counts the open sessions and turns away what is above the limit.
final class ControlSessions: Sendable {
    private let control: any StackControl
    private let stack: String
    private let limits: ControlLimits
    private let open = Atomic(0)

    init(control: any StackControl, stack: String, limits: ControlLimits) {
        self.control = control
        self.stack = stack
        self.limits = limits
    }

    func run(_ connection: LineChannel) async {
        let count = open.add(1, ordering: .relaxed).newValue
        defer { open.subtract(1, ordering: .relaxed) }
        let session = ControlSession(control: control, stack: stack, limits: limits, connection: connection)
        let isFull = count > limits.connections
        await session.run(refusal: isFull ? Report("the supervisor serves \(limits.connections) clients already") : nil)
    }
}
