import Foundation
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A third server with the database as it was at a moment: for looking, for taking out what was lost, or for taking the writer's
/// place with its data. It follows nobody, nobody follows it, and it ends with the supervisor.
final class RestoredServer: Sendable {
    let port: Int
    let moment: Date
    enum Purpose: Sendable {
        /// Its log is of no use to anybody.
        case inspection
        /// Its log is kept for the archive until the data is the writer's: a timeline in the archive that nobody lives on would
        /// lead later restores astray.
        case succession
    }

    private let process: ChildProcess
    private let place: DatabaseFolder
    private let log: PostgresLog
    private let folder: String

    private init(
        port: Int, moment: Date, process: ChildProcess, place: DatabaseFolder, log: PostgresLog, folder: String
    ) {
        self.port = port
        self.moment = moment
        self.process = process
        self.place = place
        self.log = log
        self.folder = folder
    }

    /// The copy's data lies in `restored/data` already. Returns when the process runs.
    /// - Parameter timeline: the one that was written at the moment; nil: the newest.
    static func start(
        at moment: Date, timeline: Int?, for purpose: Purpose, _ backups: BackupFolder,
        _ installation: PostgresInstallation, _ files: ServerFiles
    ) throws -> RestoredServer {
        let (place, folder) = (backups.place, backups.restored)
        let port = try LoopbackPort.free(preferring: nil)
        try files.write(into: folder, user: place.user)
        let text =
            settings(at: moment, port: port, backups)
            + target(timeline) + "archive_mode = \(purpose == .succession ? "on" : "off")\n"
        try files.write(text, to: folder + "/postgresql.conf", user: place.user)
        try files.write("", to: folder + "/data/recovery.signal", user: place.user)
        let log = PostgresLog(path: place.path + "/restored.log")
        let errors = try log.openPipe()
        defer { close(errors) }
        let process = try ChildProcess.spawn(
            .init(
                executable: installation.program("postgres"),
                arguments: ["-D", folder + "/data", "-c", "config_file=\(folder)/postgresql.conf"],
                environment: PostgresServer.environment, directory: "/", standardOutput: errors,
                standardError: errors, user: place.user, parentDeathSignal: SIGINT))
        return RestoredServer(
            port: port, moment: moment, process: process, place: place, log: log, folder: folder)
    }

    private static func settings(at moment: Date, port: Int, _ backups: BackupFolder) -> String {
        let own = backups.restored
        let lines: [(String, String)] = [
            ("listen_addresses", "127.0.0.1"), ("port", "\(port)"),
            ("unix_socket_directories", backups.place.socketFolder), ("unix_socket_permissions", "0700"),
            ("cluster_name", "terrace restored"), ("hba_file", own + "/pg_hba.conf"),
            ("ident_file", own + "/pg_ident.conf"), ("max_connections", "100"), ("ssl", "on"),
            ("ssl_cert_file", own + "/server.crt"), ("ssl_key_file", own + "/server.key"),
            ("ssl_min_protocol_version", "TLSv1.2"), ("password_encryption", "scram-sha-256"),
            ("wal_level", "replica"), ("hot_standby", "on"),
            ("restore_command", backups.restoreCommand), ("recovery_target_time", sqlTime(moment)),
            ("recovery_target_inclusive", "on"), ("recovery_target_action", "promote"),
            ("logging_collector", "off"), ("log_destination", "stderr"),
            ("log_line_prefix", "%m [%p] "), ("log_timezone", "UTC"), ("lc_messages", "C"), ("TimeZone", "UTC"),
        ]
        return lines.map { "\($0.0) = \(PostgresSettings.literal($0.1))" }.joined(separator: "\n") + "\n"
    }

    private static func target(_ timeline: Int?) -> String {
        "recovery_target_timeline = '\(timeline.map { "\($0)" } ?? "latest")'\n"
    }

    /// `2026-11-29 06:12:00.250000+00`
    static func sqlTime(_ moment: Date) -> String {
        let micros = Int((moment.timeIntervalSince1970 * 1_000_000).rounded())
        let whole = Date(timeIntervalSince1970: Double(micros / 1_000_000)).formatted(.iso8601)
        let fraction = String(micros % 1_000_000 + 1_000_000).dropFirst()
        return whole.replacing("T", with: " ").replacing("Z", with: "") + ".\(fraction)+00"
    }

    func parameters(database: String) -> [String: String] {
        [
            "host": place.socketFolder, "port": "\(port)", "user": PostgresSettings.superuser, "dbname": database,
            "application_name": "terrace", "sslmode": "disable", "gssencmode": "disable",
            "passfile": place.socketFolder + "/none",
        ]
    }

    /// Returns when it has reached its moment and accepts writes.
    func waitUntilOpen() async throws {
        let deadline = ContinuousClock.now + DatabaseLimit.restoring
        let parameters = parameters(database: "postgres")
        while true {
            if let exit = process.exit {
                throw DatabaseError(
                    "restore the database", answer: log.complaint ?? "the copy's server ended with \(exit)",
                    state: "the running database is as it was", next: "see \(place.path)/restored.log")
            }
            let rows = try? await onOwnThread {
                try PostgresConnection.open(parameters, within: .seconds(2)).query("SELECT pg_is_in_recovery()")
            }
            if rows == [["f"]] { return }
            guard ContinuousClock.now < deadline else {
                throw DatabaseError(
                    "restore the database", answer: "the moment was not reached in \(DatabaseLimit.restoring)",
                    state: "the running database is as it was", next: "see \(place.path)/restored.log")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The timeline that it has begun.
    func timeline() async throws -> Int {
        let parameters = parameters(database: "postgres")
        let rows = try await onOwnThread {
            try PostgresConnection.open(parameters).query("SELECT pg_walfile_name(pg_current_wal_lsn())")
        }
        guard let segment = rows.first?.first.flatMap({ $0 }), let timeline = Int(segment.prefix(8), radix: 16) else {
            throw DatabaseError("restore the database", answer: "the restored server names no segment of its log")
        }
        return timeline
    }

    /// Ends it in order and leaves data that another server can go on with.
    func shutDown() async throws {
        process.send(SIGINT)
        let guardian = Task { [process] in
            try await Task.sleep(for: DatabaseLimit.stop)
            process.send(SIGKILL)
        }
        let exit = await process.waitForExit()
        guardian.cancel()
        guard exit == .code(0) else {
            throw DatabaseError(
                "end the restored server in order", answer: "it ended with \(exit)",
                state: "the running database is as it was", next: "see \(place.path)/restored.log")
        }
    }

    /// Nothing of it is worth an orderly end.
    func end() async throws {
        process.send(SIGKILL)
        let data = folder + "/data"
        guard try await onOwnThread({ PostgresProcesses.killAll(in: data) }) else {
            throw DatabaseError("end the restored copy", answer: "a process in \(data) does not die")
        }
        _ = await process.waitForExit()
    }
}
