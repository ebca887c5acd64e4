import Foundation
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension DatabaseTier {
    /// Everything before the first server starts: folder, programs, relays, and an empty database if there is none.
    func prepare() async throws {
        try checkNames()
        let place = try DatabaseFolder.prepare(at: configuration.folder)
        var record = try ClusterRecord.load(from: place.record)
        try await finishExchange(&record, place)
        let installation = try await PostgresInstallation.find(
            path: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", major: try Self.dataVersion(in: place)
        )
        let statistics = await Self.hasStatementStatistics(installation)
        if !statistics { configuration.log("pg_stat_statements is not installed (apt install postgresql-contrib)") }
        let files = ServerFiles(configuration, place: place, hasStatementStatistics: statistics)
        try DatabaseFiles.write(configuration.authorityPEM, to: place.authority)
        try BackupFolder(place).prepare()
        try await removeRestored(BackupFolder(place))
        let servers = ServerName.allCases.map {
            ($0, PostgresServer(name: $0, place: place, installation: installation, files: files))
        }
        let relays = (DatabaseRelay(group: group), DatabaseRelay(group: group))
        parts = Parts(
            place: place, installation: installation, servers: Dictionary(uniqueKeysWithValues: servers),
            writerRelay: relays.0, readerRelay: relays.1, writerPort: 0, readerPort: 0,
            hasStatementStatistics: statistics)
        let ports = (
            try await listen(relays.0, wanted: configuration.writerPort, remembered: record?.ports["writer"]),
            try await listen(relays.1, wanted: configuration.readerPort, remembered: record?.ports["reader"])
        )
        parts?.writerPort = ports.0
        parts?.readerPort = ports.1
        try await ensureData(record)
        var settled = record ?? ClusterRecord()
        settled.ports["writer"] = ports.0
        settled.ports["reader"] = ports.1
        state = ClusterState(record: settled, hasReader: configuration.readers > 0)
    }

    /// Never makes data where there should be some: an empty database in place of a lost one would be found too late.
    private func ensureData(_ record: ClusterRecord?) async throws {
        guard let servers = parts?.servers, let first = servers[.first], let second = servers[.second] else { return }
        guard let record else {
            guard !second.hasData else {
                throw DatabaseError(
                    "tell which server is the writer", answer: "cluster.json is missing",
                    state: "the data is untouched",
                    next: "restore \(configuration.folder)/cluster.json from a backup")
            }
            if !first.hasData { try await first.initialize() }
            return
        }
        guard servers[record.writer]?.hasData == true else {
            throw DatabaseError(
                "start the database", answer: "the writer's data (\(record.writer.rawValue)) is missing",
                state: "nothing was changed",
                next: "restore \(configuration.folder) from a backup, or remove it to begin with an empty database")
        }
    }

    private func checkNames() throws {
        let reserved = [PostgresSettings.superuser, PostgresSettings.replicationRole, "postgres"]
        let alternate = Self.alternate(of: configuration.applicationRole)
        for name in [configuration.applicationRole, alternate, configuration.databaseName]
        where name.isEmpty || name.hasPrefix("pg_") || name.utf8.count > 63 || name.contains("\n") {
            throw DatabaseError("use the name `\(name)`", answer: "PostgreSQL does not allow it")
        }
        if reserved.contains(configuration.applicationRole) {
            throw DatabaseError(
                "use the role `\(configuration.applicationRole)`", answer: "Terrace needs it itself",
                next: "choose another name")
        }
    }

    private func listen(_ relay: DatabaseRelay, wanted: Int, remembered: Int?) async throws -> Int {
        if wanted == 0, let remembered, let port = try? await relay.listen(port: remembered) { return port }
        return try await relay.listen(port: wanted)
    }

    /// The major version that made the existing data; another one cannot read it.
    private static func dataVersion(in place: DatabaseFolder) throws -> Int? {
        for name in ServerName.allCases {
            let file = place.path + "/\(name.rawValue)/data/PG_VERSION"
            if let text = try? String(contentsOfFile: file, encoding: .utf8),
                let major = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return major
            }
        }
        return nil
    }

    private static func hasStatementStatistics(_ installation: PostgresInstallation) async -> Bool {
        guard let output = try? await ProgramRun.run(installation.program("pg_config"), ["--pkglibdir"]) else {
            return false
        }
        let folder = output.trimmingCharacters(in: .whitespacesAndNewlines)
        return ["so", "dylib"].contains { access("\(folder)/pg_stat_statements.\($0)", R_OK) == 0 }
    }

    // MARK: - Inside the database

    /// Roles, database and extension as they should be; harmless when they are. Done once per start, for the passwords
    /// may have been changed. Passwords go over as verifiers.
    func bootstrap(_ server: PostgresServer) async throws {
        guard !isBootstrapped, let parts else { return }
        let configuration = configuration
        let (role, database, login) = (configuration.applicationRole, configuration.databaseName, login)
        let spare = spareRole
        try await server.withConnection { connection in
            let replication = PostgresSettings.replicationRole
            try Self.ensureRole(replication, configuration.replicationPassword, "REPLICATION", connection)
            if try connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(SQL.literal(role))").isEmpty {
                try connection.query("CREATE ROLE \(SQL.identifier(role)) NOLOGIN")
            }
            try Self.ensureLogin(login.role, login.password, owner: role, connection)
            try Self.dismiss(spare, connection)
            if try connection.query("SELECT 1 FROM pg_database WHERE datname = \(SQL.literal(database))").isEmpty {
                try connection.query(
                    "CREATE DATABASE \(SQL.identifier(database)) OWNER \(SQL.identifier(role))", within: .seconds(60))
            }
        }
        if parts.hasStatementStatistics {
            do {
                try await server.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", database: database)
            } catch {
                configuration.log("pg_stat_statements cannot be used: \(error)")
            }
        }
        isBootstrapped = true
    }
}
