import Foundation
package import NIOCore
import NIOPosix
import Processes
import Synchronization

/// The data tier of one stack: two PostgreSQL servers and the two relays in front of them. This is the shell around
/// `ClusterState`: it turns what happens into events, one after the other, and carries out the answers.
package actor DatabaseTier {
    enum Message: Sendable {
        case wish(ClusterState.Event)
        /// The end of a background operation; an old one's `epoch` is no longer the current one.
        case finished(Operation.Kind, epoch: Int, ClusterState.Event)
        case exited(ServerName, pid_t, ChildProcess.Exit)
        case probed(ServerName, pid_t, ProbeReport)
    }

    /// Everything that exists between `start` and `stop`.
    struct Parts: Sendable {
        var place: DatabaseFolder
        var installation: PostgresInstallation
        var servers: [ServerName: PostgresServer]
        var writerRelay: DatabaseRelay
        var readerRelay: DatabaseRelay
        var writerPort: Int
        var readerPort: Int
        var hasStatementStatistics: Bool
    }

    nonisolated let configuration: DatabaseConfiguration
    nonisolated let group: any EventLoopGroup
    nonisolated let mailbox: AsyncStream<Message>.Continuation
    private let messages: AsyncStream<Message>

    var parts: Parts?
    var state: ClusterState
    var operations: [Operation.Kind: Operation] = [:]
    var epoch = 0
    var probes: [ServerName: ServerWatch] = [:]
    var stall = StallJudge()
    var isBootstrapped = false
    var isStopping = false
    var isBackingUp = false
    var isRestoring = false
    /// A restore in place is under way.
    var isExchanging = false
    /// The copy of `db restore`, while there is one.
    var restored: RestoredServer?
    /// As whom tasks log in.
    package var login: DatabaseLogin
    private var backupKeeper: Task<Void, Never>?
    /// Servers whose zone is gone: none of them is started.
    var lostServers: Set<ServerName> = []
    /// Why the tier cannot go on at the moment: a record that cannot be written, a process that does not die.
    var obstacle: DatabaseError?
    private var loop: Task<Void, Never>?
    private var waiters: [(condition: (ClusterState) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    package init(
        configuration: DatabaseConfiguration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        self.group = group
        login = DatabaseLogin(role: configuration.login, password: configuration.applicationPassword)
        (messages, mailbox) = AsyncStream.makeStream()
        state = ClusterState(record: ClusterRecord(), hasReader: configuration.readers > 0)
    }

    // MARK: - Start and stop. Once each.

    /// Returns when the writer accepts the application's connections. The reader joins in the background.
    package func start() async throws {
        precondition(parts == nil, "a database tier starts once")
        do {
            try await prepare()
            loop = Task { [messages] in
                for await message in messages { await receive(message) }
            }
            mailbox.yield(.wish(.begin))
            await wait {
                $0.writer == .available || $0.writer == .comingUp(attempt: DatabaseLimit.firstStarts)
            }
            guard state.writer == .available else {
                throw DatabaseError(
                    "start the database", answer: state.writerProblem ?? "it did not start",
                    state: "the data is untouched",
                    next: "see \(configuration.folder)/\(state.record.writer.rawValue).log")
            }
            backupKeeper = Task { await self.keepBackups() }
        } catch {
            await stop(graceful: false)
            throw error
        }
    }

    /// Ends the servers: in order with a checkpoint, or at once, which costs the next start a recovery. Nothing
    /// acknowledged is lost either way.
    package func stop(graceful: Bool = true) async {
        isStopping = true
        mailbox.finish()
        backupKeeper?.cancel()
        try? await restored?.end()
        restored = nil
        for operation in operations.values { operation.task.cancel() }
        for watch in probes.values { watch.loop.end() }
        probes = [:]
        await parts?.writerRelay.close()
        await parts?.readerRelay.close()
        // The writer first: it hands the rest of its log to the reader. What the background waits for ends with them.
        for name in [state.record.writer, state.record.writer.other] {
            await parts?.servers[name]?.stop(within: graceful ? DatabaseLimit.stop : .zero)
        }
        for operation in operations.values { await operation.task.value }
        await loop?.value
        parts?.place.removeSockets()
        parts = nil
        resumeWaiters(all: true)
    }

    /// Returns when the reader streams and commits wait for it; at once without a reader.
    package func waitUntilReaderReady() async throws {
        await wait { $0.reader == .none || $0.reader == .synchronous }
        try failIfStopped()
    }

    /// Swaps the roles in order: a pause for writers, no loss.
    package func failover() async throws {
        guard state.record.readerMayPromote, state.writer == .available else {
            throw DatabaseError(
                "switch the writer", answer: "the reader is not up to date", state: "nothing was changed",
                next: "try again when `terrace status` shows it as synchronous")
        }
        guard !isExchanging else {
            throw DatabaseError(
                "switch the writer", answer: "the database is being put back to an earlier moment",
                state: "nothing was changed", next: "wait until it is done")
        }
        let before = state.failovers
        mailbox.yield(.wish(.switchover))
        await wait { $0.failovers > before && $0.writer == .available }
        try failIfStopped()
    }

    /// Both servers show it from now on.
    /// - Parameter authorityPEM: what clients check it against; readers do so when they connect the next time.
    package func setCertificate(_ certificate: IssuedCertificate, authorityPEM: String) throws {
        if let place = parts?.place { try DatabaseFiles.write(authorityPEM, to: place.authority) }
        for server in (parts?.servers ?? [:]).values { try server.setCertificate(certificate) }
    }

    /// Removes a stopped tier's data for good, and the place that it was moved to, if it was.
    package static func removeData(at folder: String) throws { try DatabaseFolder.remove(at: folder) }

    // MARK: - What others may know

    /// 0 before the start.
    package var writerPort: Int { parts?.writerPort ?? 0 }
    package var readerPort: Int { parts?.readerPort ?? 0 }

    /// Client connections at the relays, held ones included.
    package var connections: Int { (parts?.writerRelay.connections ?? 0) + (parts?.readerRelay.connections ?? 0) }

    /// Of the server that has most. Without a reader both relays lead to the writer.
    package var mostConnections: Int {
        let (writer, reader) = (parts?.writerRelay.connections ?? 0, parts?.readerRelay.connections ?? 0)
        switch state.reader {
        case .synchronous, .confirming: return max(writer, reader)
        case .none, .waiting, .joining: return writer + reader
        }
    }

    /// What an application needs to connect, in the names that PostgreSQL's own clients read. `PGPASSWORD` is missing:
    /// who starts the task adds it from the secret store.
    package func environment() -> [String: String] {
        guard let parts else { return [:] }
        let (role, database) = (login.role, configuration.databaseName)
        func url(_ port: Int) -> String {
            // Without a user, as on aws: `PGUSER` says whose turn it is.
            "postgresql://127.0.0.1:\(port)/\(Self.escaped(database))?sslmode=require"
        }
        return [
            "PGHOST": "127.0.0.1", "PGPORT": "\(parts.writerPort)", "PGUSER": role, "PGDATABASE": database,
            "PGSSLMODE": "require", "PGSSLROOTCERT": parts.place.authority,
            "DATABASE_URL": url(parts.writerPort), "DATABASE_READER_URL": url(parts.readerPort),
        ]
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? text
    }

    // MARK: - Waiting for a state

    func wait(until condition: @escaping @Sendable (ClusterState) -> Bool) async {
        if condition(state) || isStopping { return }
        await withCheckedContinuation { waiters.append((condition, $0)) }
    }

    func resumeWaiters(all: Bool = false) {
        let due = waiters.filter { all || $0.condition(state) }
        guard !due.isEmpty else { return }
        waiters.removeAll { all || $0.condition(state) }
        for waiter in due { waiter.continuation.resume() }
    }

    func failIfStopped() throws {
        if isStopping { throw DatabaseError("wait for the database", answer: "it was stopped meanwhile") }
    }
}
