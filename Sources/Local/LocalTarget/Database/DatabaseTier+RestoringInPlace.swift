package import Foundation

/// The database itself put back to a moment. Nearly all of it happens beside the running one: a server recovers to the moment and is shut
/// down. Then connections wait, the log up to now goes into the archive, and its data takes the place of the writer's
/// (`ClusterState.exchange`). What ran is kept twice: its folder aside, its log in the archive.
extension DatabaseTier {
    package func restoreInPlace(to moment: Date) async throws -> RestoredData {
        let began = ContinuousClock.now
        guard let parts, let folder = backupFolder, state.writer == .available, !isBackingUp else {
            throw DatabaseError(
                "restore the database", answer: isBackingUp ? "a backup is being made" : "it has no writer now",
                state: "nothing was changed")
        }
        guard restored == nil, !isRestoring else {
            throw DatabaseError(
                "restore the database in place", answer: "there is a restored copy already",
                state: "nothing was changed", next: "`terrace db restore --drop` removes it")
        }
        (isRestoring, isExchanging) = (true, true)
        defer { (isRestoring, isExchanging) = (false, false) }
        let base = try base(for: moment, in: folder)
        try await checkRoom(to: "restore the database in place", from: base, segments: 15)
        let held: ContinuousClock.Instant
        let past: PastRestore
        do {
            let timeline = try await prepareSuccessor(moment, base, parts, folder)
            held = .now
            past = try await endOfEra(moment, before: timeline)
        } catch {
            mailbox.yield(.wish(.release))
            try? await restored?.end()
            restored = nil
            try? await removeRestored(folder)
            throw error
        }
        let kept = try await exchange(past, parts.place)
        return RestoredData(
            moment: moment, until: past.until, kept: kept, seconds: (ContinuousClock.now - began) / .seconds(1),
            heldSeconds: (ContinuousClock.now - held) / .seconds(1))
    }

    /// Leaves the data to go on with in `restored/data`, and both servers with little to write when they end: its timeline.
    private func prepareSuccessor(
        _ moment: Date, _ base: BaseBackup, _ parts: Parts, _ folder: BackupFolder
    ) async throws -> Int {
        let server = try await recover(moment, from: base, for: .succession, parts, folder)
        let timeline = try await server.timeline()
        try await server.shutDown()
        restored = nil
        try await parts.servers[state.record.writer]?.query("CHECKPOINT", within: DatabaseLimit.checkpoint)
        try await archiveUpToNow()
        return timeline
    }

    /// Makes connections wait, and ends those there are: nothing is committed any more. The end of what ran until now, in the
    /// archive with a commit of our own behind it, so that recovery can tell that it has reached it.
    private func endOfEra(_ moment: Date, before timeline: Int) async throws -> PastRestore {
        mailbox.yield(.wish(.hold))
        await wait { $0.isHeld }
        try failIfStopped()
        guard state.writer == .available, let writer = parts?.servers[state.record.writer] else {
            throw DatabaseError(
                "restore the database in place", answer: "it has no writer now", state: "nothing was changed")
        }
        try await endClients(of: writer)
        // Whole milliseconds, after that of the last commit and before that of our own.
        try await Task.sleep(for: Self.beat)
        let until = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        try await Task.sleep(for: Self.beat)
        let segment = try await archiveUpToNow()
        guard let current = Int(segment.prefix(8), radix: 16), current < timeline else {
            throw DatabaseError(
                "restore the database in place", answer: "the writer was replaced meanwhile",
                state: "nothing was changed", next: "run the same command again")
        }
        return PastRestore(until: until, timeline: current, moment: moment)
    }

    private static let beat = Duration.milliseconds(5)

    /// The relays have dropped them; what a client had sent before may still be under way.
    private func endClients(of writer: PostgresServer) async throws {
        let roles = [configuration.applicationRole, Self.alternate(of: configuration.applicationRole)]
        let names = roles.map(SQL.literal).joined(separator: ", ")
        let deadline = ContinuousClock.now + DatabaseLimit.statement
        while true {
            let rows = try await writer.query(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename IN (\(names))")
            if rows == [["0"]] { return }
            guard ContinuousClock.now < deadline else {
                throw DatabaseError(
                    "restore the database in place", answer: "connections of the application do not end",
                    state: "nothing was changed")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func exchange(_ past: PastRestore, _ place: DatabaseFolder) async throws -> KeptData {
        let exchange = DataExchange(writer: state.record.writer, kept: DataExchange.keptName(past.until))
        mailbox.yield(.wish(.exchange(exchange, past)))
        await wait {
            guard $0.record.restores.last == past else { return !$0.isHeld }
            return $0.writer == .available || $0.writer == .comingUp(attempt: DatabaseLimit.firstStarts)
        }
        guard !isStopping else {
            throw DatabaseError(
                "restore the database in place", answer: "the stack was stopped meanwhile",
                next: "`terrace up`, then look whether it was done: `terrace db backup --list` shows what is kept aside"
            )
        }
        guard state.record.restores.last == past else {
            try? await removeRestored(BackupFolder(place))
            throw DatabaseError(
                "restore the database in place", answer: "the writer was replaced meanwhile",
                state: "nothing was changed", next: "run the same command again")
        }
        let path = "\(place.path)/\(exchange.kept)"
        guard state.writer == .available else {
            throw DatabaseError(
                "start the restored database", answer: state.writerProblem ?? "it did not start",
                state: "what ran before is kept in \(path)/data",
                next: "see \(place.path)/\(exchange.writer.rawValue).log")
        }
        return KeptData(path: path, bytes: BackupFolder.bytes(below: path))
    }

    // MARK: - After a kill, and later

    /// What a killed supervisor had begun to exchange is exchanged; before any server starts.
    func finishExchange(_ record: inout ClusterRecord?, _ place: DatabaseFolder) async throws {
        guard var found = record, let exchange = found.exchange else { return }
        let folders = ServerName.allCases.map(place.data) + [BackupFolder(place).restored + "/data"]
        for folder in folders {
            guard try await onOwnThread({ PostgresProcesses.endLeftovers(in: folder) }) else {
                throw DatabaseError(
                    "finish the restore in place", answer: "processes of an earlier server still use \(folder)")
            }
        }
        try exchange.carryOut(in: place)
        found.exchange = nil
        try found.save(to: place.record)
        record = found
        configuration.log("finished the restore in place that was interrupted; what ran before is in \(exchange.kept)")
    }

    /// Deletes what restores in place have put aside. Moments before them can still be had from the archive.
    package func dropKept() throws -> [KeptData] {
        guard let place = parts?.place else { return [] }
        return try place.kept.map { path in
            let kept = KeptData(path: path, bytes: BackupFolder.bytes(below: path))
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw DatabaseError("remove \(path)", answer: (error as NSError).localizedDescription)
            }
            return kept
        }
    }
}
