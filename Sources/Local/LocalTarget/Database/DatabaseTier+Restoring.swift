package import Foundation

/// A copy of the database as it was, beside the running one.
extension DatabaseTier {
    package func restore(to moment: Date) async throws -> RestoredCopy {
        let began = ContinuousClock.now
        guard let parts, let folder = backupFolder, state.writer == .available else {
            throw DatabaseError("restore the database", answer: "it has no writer now")
        }
        guard restored == nil, !isRestoring else {
            throw DatabaseError(
                "restore the database", answer: "there is a restored copy already", state: "nothing was changed",
                next: "`terrace db restore --drop` removes it")
        }
        isRestoring = true
        defer { isRestoring = false }
        let base = try base(for: moment, in: folder)
        try await checkRoom(to: "restore the database", from: base, segments: 6)
        do {
            let server = try await recover(moment, from: base, for: .inspection, parts, folder)
            try await letApplicationIn(server)
            configuration.log(
                "a copy of the database as of \(RestoredServer.sqlTime(moment)) listens on port \(server.port)")
            return RestoredCopy(
                endpoint: .init(port: server.port), moment: moment,
                seconds: (ContinuousClock.now - began) / .seconds(1))
        } catch {
            try? await dropRestored()
            throw error
        }
    }

    /// A server that has recovered to the moment and accepts writes.
    func recover(
        _ moment: Date, from base: BaseBackup, for purpose: RestoredServer.Purpose, _ parts: Parts,
        _ folder: BackupFolder
    ) async throws -> RestoredServer {
        try await archiveUpToNow()
        try await copy(base, folder)
        let files = ServerFiles(configuration, place: parts.place, hasStatementStatistics: false)
        let server = try RestoredServer.start(
            at: moment, timeline: lineage.timeline(at: moment), for: purpose, folder, parts.installation, files)
        restored = server
        try await server.waitUntilOpen()
        return server
    }

    func base(for moment: Date, in folder: BackupFolder) throws -> BaseBackup {
        let all = folder.backups()
        guard moment <= Date() else {
            throw DatabaseError(
                "restore the database", answer: "that moment has not come yet", state: "nothing was changed")
        }
        if let base = lineage.base(for: moment, of: all) { return base }
        let earliest = all.first.map { "the earliest moment is \($0.end.formatted(.iso8601))" }
        throw DatabaseError(
            "restore the database", answer: earliest ?? "there is no base backup yet", state: "nothing was changed",
            next: "`terrace db backup` makes one; any moment after it can be had")
    }

    private func copy(_ base: BaseBackup, _ folder: BackupFolder) async throws {
        try await removeRestored(folder)
        try DatabaseFolder.makePrivate(folder.restored, for: folder.place.user)
        try await ProgramRun.run(
            "/bin/cp", ["-a", folder.path(of: base), folder.restored + "/data"], user: folder.place.user,
            within: DatabaseLimit.baseBackup)
    }

    /// Its roles are those of then, passwords included: the application's role of now gets in with that of now.
    private func letApplicationIn(_ server: RestoredServer) async throws {
        let (role, password, owner) = (login.role, login.password, configuration.applicationRole)
        let spare = spareRole
        let parameters = server.parameters(database: "postgres")
        try await onOwnThread {
            let connection = try PostgresConnection.open(parameters)
            try Self.ensureLogin(role, password, owner: owner, connection)
            try Self.dismiss(spare, connection)
        }
    }

    package func dropRestored() async throws {
        guard let folder = backupFolder else { return }
        guard !isExchanging else {
            throw DatabaseError(
                "remove the restored copy", answer: "it is taking the running database's place",
                state: "nothing was changed")
        }
        try await restored?.end()
        restored = nil
        try await removeRestored(folder)
    }

    /// Also what an earlier supervisor left.
    func removeRestored(_ folder: BackupFolder) async throws {
        let path = folder.restored
        guard FileManager.default.fileExists(atPath: path) else { return }
        _ = try await onOwnThread { PostgresProcesses.killAll(in: path + "/data") }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw DatabaseError("remove \(path)", answer: (error as NSError).localizedDescription)
        }
    }
}
