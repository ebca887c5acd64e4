import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Base backups and the archived log.
extension DatabaseTier {
    /// After the start, until when the first base backup is made without being asked for: a start has better things to do.
    private static let settling = Duration.seconds(60)
    private static let lookInterval = Duration.seconds(600)

    /// Makes backups as they fall due and removes what nothing needs any more. Until it is cancelled.
    func keepBackups() async {
        try? await Task.sleep(for: Self.settling)
        while !Task.isCancelled {
            if let folder = backupFolder, rules.isDue(folder.backups(), at: Date()) {
                do {
                    try await backUp()
                } catch {
                    configuration.log("no backup was made: \(error)")
                }
            }
            try? await Task.sleep(for: Self.lookInterval)
        }
    }

    var backupFolder: BackupFolder? { parts.map { BackupFolder($0.place) } }
    private var rules: BackupRules { BackupRules(kept: configuration.backups) }
    var lineage: BackupLineage { BackupLineage(restores: state.record.restores) }

    func backUp() async throws {
        guard let parts, let folder = backupFolder, let writer = parts.servers[state.record.writer],
            state.writer == .available
        else { throw DatabaseError("back the database up", answer: "it has no writer now") }
        guard !isBackingUp else { throw DatabaseError("back the database up", answer: "a backup is being made") }
        guard !isExchanging else {
            throw DatabaseError("back the database up", answer: "it is being put back to an earlier moment")
        }
        isBackingUp = true
        defer { isBackingUp = false }
        try? FileManager.default.removeItem(atPath: folder.unfinished)
        try await checkRoom(to: "back the database up", segments: 6)
        try await ProgramRun.run(
            parts.installation.program("pg_basebackup"),
            [
                "-D", folder.unfinished, "-d", writer.toolConnection, "-X", "stream", "--checkpoint=fast",
                "--no-password",
            ], user: parts.place.user, within: DatabaseLimit.baseBackup)
        // Whole seconds, rounded up: no moment before the copy was complete can be had from it.
        let end = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.up))
        let backup = BaseBackup(end: end, firstSegment: BackupFolder.firstSegment(folder.unfinished) ?? "")
        guard !backup.firstSegment.isEmpty else {
            throw DatabaseError("back the database up", answer: "the copy has no label")
        }
        try await onOwnThread { sync() }
        let path = folder.path(of: backup)
        guard rename(folder.unfinished, path) == 0 else {
            throw DatabaseError("rename \(folder.unfinished)", answer: String(cString: strerror(errno)))
        }
        try DatabaseFiles.sync(folderOf: path)
        configuration.log("made a base backup")
        removeExpired(folder)
    }

    private func removeExpired(_ folder: BackupFolder) {
        let all = folder.backups()
        let expired = rules.expired(all, lineage, at: Date())
        for backup in expired {
            do {
                try folder.remove(backup)
                configuration.log("removed the base backup of \(BackupFolder.name(backup.end))")
            } catch {
                configuration.log("cannot remove \(folder.path(of: backup)): \(error.localizedDescription)")
                return
            }
        }
        let kept = all.filter { !expired.contains($0) }
        // Not the oldest one's: a restore in place goes on from an earlier place of the log.
        let segments = kept.map(\.firstSegment)
        if let first = segments.min(by: { $0.dropFirst(8) < $1.dropFirst(8) }) { folder.removeLog(before: first) }
    }

    func backupList() throws -> BackupList {
        guard let folder = backupFolder else {
            throw DatabaseError("list backups", answer: "the database is not there")
        }
        return BackupList(
            backups: folder.backups(), bytes: folder.bytes, keptFor: configuration.backups / .seconds(1),
            folder: folder.path,
            kept: folder.place.kept.map { KeptData(path: $0, bytes: BackupFolder.bytes(below: $0)) })
    }

    /// Returns when everything that was committed before is in the archive: the name of the last segment.
    @discardableResult
    func archiveUpToNow() async throws -> String {
        guard let writer = parts?.servers[state.record.writer], let folder = backupFolder else {
            throw DatabaseError("archive the log", answer: "the database is not there")
        }
        // A commit of our own: recovery must see one after the moment to know that it has reached it.
        try await writer.query("SELECT txid_current()")
        let rows = try await writer.query("SELECT pg_walfile_name(pg_switch_wal())")
        guard let segment = rows.first?.first.flatMap({ $0 }) else {
            throw DatabaseError("archive the log", answer: "the writer names no segment")
        }
        let deadline = ContinuousClock.now + DatabaseLimit.archiving
        while access("\(folder.log)/\(segment)", F_OK) != 0 {
            guard ContinuousClock.now < deadline else {
                throw DatabaseError(
                    "archive the log", answer: "\(segment) was not archived in \(DatabaseLimit.archiving)",
                    next: "see that \(folder.log) has room and is writable")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return segment
    }
}
