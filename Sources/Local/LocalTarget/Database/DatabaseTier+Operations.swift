import Foundation
import Processes

/// What goes on in the background. These only do; what follows is decided by `ClusterState`.
extension DatabaseTier {
    /// Ends with a server that accepts writes, or throws. It is begun only for the server that the record on disk names.
    func bringUpWriter(_ name: ServerName) async throws {
        guard let server = parts?.servers[name] else { throw CancellationError() }
        try await waitForZone(of: name)
        if !server.isRunning {
            try launch(server, following: nil)
            if server.isStandby { try await server.waitUntilAccepting(writable: false) }
        }
        // Also after a crash in the midst of a promotion: without one it would go on in the old writer's timeline, and
        // the two histories could no longer be told apart.
        if server.isStandby { try server.promote() }
        try await server.waitUntilAccepting(writable: true)
        try await bootstrap(server)
    }

    /// Ends with a standby that streams and has caught up with the writer as it was, or throws.
    func bringUpReader(_ name: ServerName, rebuild: Bool) async throws {
        guard let server = parts?.servers[name], let writer = parts?.servers[name.other] else {
            throw CancellationError()
        }
        try await waitForZone(of: name)
        if server.isRunning {
            try server.follow(writer.port)
        } else {
            try await prepareStandby(server, of: writer, rebuild: rebuild)
            try launch(server, following: writer.port)
        }
        // Its record in the log makes an idle reader show that it still receives, and the checkpoint of
        // `confirmSynchronous` becomes a short one.
        try await writer.query("CHECKPOINT", within: DatabaseLimit.checkpoint)
        try await waitUntilReceived(try await position(of: writer), by: server, from: writer, synchronous: false)
    }

    private func prepareStandby(_ server: PostgresServer, of writer: PostgresServer, rebuild: Bool) async throws {
        guard PostgresProcesses.endLeftovers(in: server.data) else {
            throw DatabaseError("prepare \(server.name.rawValue)", answer: "an earlier process does not end")
        }
        if server.hasData, !server.isIncomplete, !rebuild, !server.log.needsCopy {
            if server.isStandby { return }
            do {
                return try await server.rewind(to: writer)
            } catch {
                try Task.checkCancellation()
                configuration.log("\(server.name.rawValue) is copied anew, for it cannot be rewound: \(error)")
            }
        }
        try await server.copy(from: writer)
    }

    /// Proves that no commit is acknowledged any more without the reader, and that the reader has all earlier ones.
    ///
    /// Whether commits wait is a flag in shared memory that the checkpointer sets when it reads the new setting. A new
    /// connection that sees the setting proves that the postmaster has passed the signal on; a CHECKPOINT after that
    /// proves that the checkpointer has handled it, since it looks at its signals before each checkpoint. The position
    /// taken then covers every commit that did not wait, since those were on the writer's disk before.
    func confirmSynchronous() async throws {
        guard let writer = parts?.servers[state.record.writer], let reader = parts?.servers[state.record.writer.other]
        else { throw CancellationError() }
        let deadline = ContinuousClock.now + DatabaseLimit.readerJoin
        while try await writer.query("SHOW synchronous_standby_names") != [[PostgresSettings.synchronousNames]] {
            guard ContinuousClock.now < deadline else {
                throw DatabaseError("make commits wait", answer: "the writer does not read its settings")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        try await writer.query("CHECKPOINT", within: DatabaseLimit.checkpoint)
        try await waitUntilReceived(try await position(of: writer), by: reader, from: writer, synchronous: true)
    }

    private func position(of writer: PostgresServer) async throws -> Int {
        let rows = try await writer.query("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint")
        guard let value = rows.first?.first.flatMap({ $0 }).flatMap({ Int($0) }) else {
            throw DatabaseError("read the writer's position", answer: "no number came back")
        }
        return value
    }

    /// Returns when the reader's disk has the log up to `position`. Gives up when it receives nothing for too long.
    private func waitUntilReceived(
        _ position: Int, by reader: PostgresServer, from writer: PostgresServer, synchronous: Bool
    ) async throws {
        var last = -1
        var since = ContinuousClock.now
        while true {
            let rows = try await writer.query(
                """
                SELECT (flush_lsn - '0/0')::bigint, sync_state FROM pg_stat_replication
                WHERE application_name = '\(PostgresSettings.standby)' AND state = 'streaming'
                ORDER BY backend_start DESC LIMIT 1
                """)
            let received = rows.first?[0].flatMap { Int($0) } ?? -1
            if received >= position, !synchronous || rows.first?[1] == "sync" { return }
            if received != last { (last, since) = (received, .now) }
            if let exit = reader.process?.exit {
                throw DatabaseError(
                    "let \(reader.name.rawValue) join",
                    answer: "\(reader.name.rawValue) ended with \(exit)"
                        + (reader.log.complaint.map { ": \($0)" } ?? ""))
            }
            guard !reader.log.needsCopy, ContinuousClock.now - since < DatabaseLimit.readerSilence else {
                throw DatabaseError(
                    "let \(reader.name.rawValue) join",
                    answer: reader.log.complaint ?? "\(reader.name.rawValue) receives nothing from the writer")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func launch(_ server: PostgresServer, following primaryPort: Int?) throws {
        let name = server.name
        // `stop` cancels first and stops the servers then: none may be started after that.
        try Task.checkCancellation()
        try server.launch(following: primaryPort, preferring: state.record.ports[name.rawValue])
        var ports = state.record.ports
        ports[name.rawValue] = server.port
        state.remember(ports: ports)
        guard let process = server.process else { return }
        let pid = process.pid
        process.whenExited { [mailbox] in mailbox.yield(.exited(name, pid, $0)) }
    }
}
