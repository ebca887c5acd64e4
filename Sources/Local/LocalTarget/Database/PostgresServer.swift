import Foundation
import Processes
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One of the two servers: its files, its process, and what can be asked of it. Decides nothing.
final class PostgresServer: Sendable {
    /// What PostgreSQL's programs get: nothing of the user's own, so that no PG* variable changes what they do.
    static let environment = ["LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"]

    private struct State {
        var process: ChildProcess?
        var port = 0
        var primaryPort: Int?
        var synchronous = false
        var files: ServerFiles
    }

    let name: ServerName
    let place: DatabaseFolder
    let installation: PostgresInstallation
    let log: PostgresLog
    private let state: Mutex<State>

    init(name: ServerName, place: DatabaseFolder, installation: PostgresInstallation, files: ServerFiles) {
        self.name = name
        self.place = place
        self.installation = installation
        state = Mutex(State(files: files))
        log = PostgresLog(path: place.path + "/\(name.rawValue).log")
    }

    var folder: String { place.path + "/" + name.rawValue }
    var data: String { place.data(of: name) }
    var port: Int { state.withLock { $0.port } }
    var process: ChildProcess? { state.withLock { $0.process } }
    private var files: ServerFiles { state.withLock { $0.files } }
    var isRunning: Bool { process.map { $0.exit == nil } ?? false }
    var hasData: Bool { access(data + "/PG_VERSION", F_OK) == 0 }
    /// Set while it follows a writer; PostgreSQL itself removes the file when it is promoted.
    var isStandby: Bool { access(standbySignal, F_OK) == 0 }
    var isIncomplete: Bool { access(incomplete, F_OK) == 0 }

    private var standbySignal: String { data + "/standby.signal" }
    private var incomplete: String { place.incomplete(name) }

    // MARK: - Process

    /// Starts it on `preferred` or another free port. Returns when the process runs, not when it answers.
    func launch(following primaryPort: Int?, preferring preferred: Int?) throws {
        precondition(!isRunning, "two servers on one data folder")
        guard PostgresProcesses.endLeftovers(in: data) else {
            throw DatabaseError(
                "start \(name.rawValue)", answer: "processes of an earlier server still use \(data)",
                state: "nothing was started", next: "look at them: they hang in the kernel, most likely on the disk")
        }
        PostgresProcesses.removeLocksOfDead(in: data, sockets: place.socketFolder)
        let port = try LoopbackPort.free(preferring: preferred)
        state.withLock {
            $0.port = port
            $0.primaryPort = primaryPort
            $0.synchronous = false
        }
        try DatabaseFolder.makePrivate(folder, for: place.user)
        try files.write(into: folder, user: place.user)
        try writeSettings()
        log.forget()
        let errors = try log.openPipe()
        defer { close(errors) }
        // SIGINT is PostgreSQL's fast shutdown: when the supervisor dies in whatever way, its servers end in order.
        let process = try ChildProcess.spawn(
            .init(
                executable: installation.program("postgres"),
                arguments: ["-D", data, "-c", "config_file=\(folder)/postgresql.conf"],
                environment: Self.environment, directory: "/", standardOutput: errors, standardError: errors,
                user: place.user, parentDeathSignal: SIGINT))
        state.withLock { $0.process = process }
    }

    /// Kills it to its last process; returns when none is left. Stopped processes die too.
    func fence() async throws {
        process?.send(SIGKILL)
        let data = data
        let gone = try await onOwnThread { PostgresProcesses.killAll(in: data) }
        if let process { _ = await process.waitForExit() }
        state.withLock { $0.process = nil }
        guard gone else {
            throw DatabaseError(
                "end \(name.rawValue)", answer: "a process in \(data) does not die",
                state: "no other server was promoted", next: "look at the machine's disk: it hangs in the kernel")
        }
    }

    /// Fast shutdown; immediate after `limit`.
    func stop(within limit: Duration = DatabaseLimit.stop) async {
        guard let process else { return }
        process.send(SIGINT)
        let guardian = Task {
            try await Task.sleep(for: limit)
            process.send(SIGQUIT)
            try await Task.sleep(for: DatabaseLimit.leftoverQuit)
            process.send(SIGKILL)
        }
        _ = await process.waitForExit()
        guardian.cancel()
        state.withLock { $0.process = nil }
    }

    /// Tells a standby to become a writer, as pg_ctl does: by a file and a signal. No connection is needed for it.
    func promote() throws {
        let file = data + "/promote"
        try DatabaseFiles.write("", to: file, mode: 0o600, for: place.user)
        // A stopped receiver would hold the promotion up.
        for pid in PostgresProcesses.running(in: data) { kill(pid, SIGCONT) }
        process?.send(SIGUSR1)
    }

    // MARK: - Settings

    /// Whether commits wait for the reader. In force once PostgreSQL has read it: see `DatabaseTier.confirm`.
    func setSynchronous(_ synchronous: Bool) throws {
        state.withLock { $0.synchronous = synchronous }
        try writeSettings()
        process?.send(SIGHUP)
    }

    /// For connections from now on, which need no restart; those that are open go on.
    func setCertificate(_ certificate: IssuedCertificate) throws {
        state.withLock {
            $0.files.certificatePEM = certificate.certificatePEM
            $0.files.keyPEM = certificate.keyPEM
        }
        guard isRunning else { return }
        try files.writeCertificate(into: folder, user: place.user)
        process?.send(SIGHUP)
    }

    func follow(_ primaryPort: Int) throws {
        guard state.withLock({ $0.primaryPort }) != primaryPort else { return }
        state.withLock { $0.primaryPort = primaryPort }
        try writeSettings()
        process?.send(SIGHUP)
    }

    private func writeSettings() throws {
        let (port, primaryPort, synchronous) = state.withLock { ($0.port, $0.primaryPort, $0.synchronous) }
        let settings = PostgresSettings(
            name: name, folder: place.path, socketFolder: place.socketFolder, port: port, synchronous: synchronous,
            primaryPort: primaryPort, hasStatementStatistics: files.hasStatementStatistics, authority: place.authority,
            archiveCommand: BackupFolder(place).archiveCommand)
        try files.write(settings.text, to: folder + "/postgresql.conf", user: place.user)
    }

    // MARK: - SQL

    /// How the supervisor and PostgreSQL's tools get in: through the Unix socket, as the superuser.
    func parameters(database: String = "postgres") -> [String: String] {
        [
            "host": place.socketFolder, "port": "\(port)", "user": PostgresSettings.superuser, "dbname": database,
            "application_name": "terrace", "sslmode": "disable", "gssencmode": "disable",
            "passfile": place.socketFolder + "/none",
            // The supervisor must never wait for a reader whom it is about to give up.
            "options": "-c synchronous_commit=local",
        ]
    }

    var toolConnection: String {
        parameters().filter { $0.key != "application_name" && $0.key != "options" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(PostgresSettings.quoted($0.value))" }.joined(separator: " ")
    }

    @discardableResult
    func query(
        _ sql: String, database: String = "postgres", within limit: Duration = DatabaseLimit.statement
    ) async throws -> [[String?]] {
        try await withConnection(database: database) { try $0.query(sql, within: limit) }
    }

    func withConnection<Value: Sendable>(
        database: String = "postgres", _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let parameters = parameters(database: database)
        return try await onOwnThread { try body(PostgresConnection.open(parameters)) }
    }

    /// Returns when it accepts connections, and writes if `writable`; throws when it ends before that.
    func waitUntilAccepting(writable: Bool) async throws {
        let deadline = ContinuousClock.now + DatabaseLimit.serverStart
        while true {
            guard let process else { throw DatabaseError("reach \(name.rawValue)", answer: "it does not run") }
            if let exit = process.exit {
                throw DatabaseError(
                    "start \(name.rawValue)",
                    answer: "\(name.rawValue) ended with \(exit)" + (log.complaint.map { ": \($0)" } ?? ""))
            }
            guard ContinuousClock.now < deadline else {
                throw DatabaseError(
                    "start \(name.rawValue)", answer: "\(name.rawValue) was not ready in \(DatabaseLimit.serverStart)")
            }
            if let rows = try? await query("SELECT pg_is_in_recovery()", within: .seconds(2)),
                rows == [["f"]] || !writable
            {
                return
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    // MARK: - Data

    /// A new, empty data folder. Made beside and renamed: an interrupted initdb leaves nothing that looks like data.
    func initialize() async throws {
        try DatabaseFolder.makePrivate(folder, for: place.user)
        let fresh = data + ".new"
        _ = PostgresProcesses.killAll(in: fresh)
        try? FileManager.default.removeItem(atPath: fresh)
        try await ProgramRun.run(
            installation.program("initdb"),
            [
                "-D", fresh, "-U", PostgresSettings.superuser, "--data-checksums", "--encoding=UTF8",
                "--locale=\(Self.locale)", "--auth-local=peer", "--auth-host=scram-sha-256",
            ], user: place.user)
        guard rename(fresh, data) == 0 else {
            throw DatabaseError("rename \(fresh)", answer: String(cString: strerror(errno)))
        }
        try DatabaseFiles.sync(folderOf: data)
    }

    /// UTF-8 character classes with the byte order of C, so that no update of the system's locales can break an index.
    private static var locale: String {
        #if canImport(Glibc)
            let mask = CInt(1) << CInt(LC_CTYPE)
        #else
            let mask = LC_CTYPE_MASK
        #endif
        guard let found = newlocale(mask, "C.UTF-8", nil) else { return "C" }
        freelocale(found)
        return "C.UTF-8"
    }

    /// Makes what an old writer has beyond the new one's history undone: none of it was acknowledged.
    func rewind(to source: PostgresServer) async throws {
        try await whileIncomplete {
            // The control file of a freshly promoted server shows its new timeline only after a checkpoint.
            try await source.query("CHECKPOINT", within: DatabaseLimit.checkpoint)
            try await ProgramRun.run(
                installation.program("pg_rewind"), ["-D", data, "--source-server", source.toolConnection],
                user: place.user)
        }
    }

    /// A full copy of the writer.
    func copy(from source: PostgresServer) async throws {
        try DatabaseFolder.makePrivate(folder, for: place.user)
        try await whileIncomplete {
            if FileManager.default.fileExists(atPath: data) { try FileManager.default.removeItem(atPath: data) }
            try await ProgramRun.run(
                installation.program("pg_basebackup"),
                ["-D", data, "-d", source.toolConnection, "-X", "stream", "--checkpoint=fast", "--no-password"],
                user: place.user, within: DatabaseLimit.baseBackup)
        }
    }

    /// `body` leaves something between two states when it is interrupted. The mark says so, and what has one is copied
    /// anew. It ends as a standby.
    private func whileIncomplete(_ body: () async throws -> Void) async throws {
        try DatabaseFiles.write("", to: incomplete, mode: 0o600, for: place.user)
        try await body()
        try DatabaseFiles.write("", to: standbySignal, mode: 0o600, for: place.user)
        guard unlink(incomplete) == 0 else {
            throw DatabaseError("remove \(incomplete)", answer: String(cString: strerror(errno)))
        }
        try DatabaseFiles.sync(folderOf: incomplete)
    }
}
