/// One step of the schema. A step that was ever released is never edited; the next change is the next step.
struct Migration: Sendable, CustomStringConvertible {
    var version: Int
    var name: String
    var statements: [String]

    var description: String { "\(version) \(name)" }

    static let all = [
        Migration(
            version: 1, name: "messages",
            statements: [
                """
                CREATE TABLE messages (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    author text NOT NULL CHECK (char_length(author) BETWEEN 1 AND 40),
                    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 500),
                    written_at timestamptz NOT NULL DEFAULT now()
                )
                """
            ]),
        // A form that is sent twice, by an impatient visitor or by a retry after a failover, becomes one message.
        Migration(
            version: 2, name: "one message per submission",
            statements: [
                "ALTER TABLE messages ADD COLUMN submission uuid NOT NULL DEFAULT gen_random_uuid()",
                "CREATE UNIQUE INDEX messages_once ON messages (submission, author, body)",
            ]),
    ]
}

/// Applies what is missing, in order, each step in a transaction of its own. Two migrators at once take turns.
struct Migrator: Sendable {
    var writer: ConnectionPool
    var migrations = Migration.all
    /// For everything, the wait for another migrator included.
    var limit = Duration.seconds(120)

    /// Any number will do, as long as nothing else in this database locks the same.
    private static let lock = "7305178"

    /// The steps that were applied by this call.
    @discardableResult
    func run() async throws -> [Migration] {
        let deadline = ContinuousClock.now + limit
        return try await writer.withConnection(until: deadline) { connection in
            try await connection.query("SELECT pg_advisory_lock(\(Self.lock))", until: deadline)
            let applied = try await applyMissing(on: connection, until: deadline)
            try await connection.query("SELECT pg_advisory_unlock(\(Self.lock))", until: deadline)
            return applied
        }
    }

    private func applyMissing(
        on connection: Connection, until deadline: ContinuousClock.Instant
    ) async throws -> [Migration] {
        try await connection.query(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
            )
            """, until: deadline)
        let rows = try await connection.query("SELECT version FROM schema_migrations", until: deadline)
        let present = Set(rows.compactMap { $0[0].flatMap { Int($0) } })
        let missing = migrations.filter { !present.contains($0.version) }
        for migration in missing { try await apply(migration, on: connection, until: deadline) }
        return missing
    }

    private func apply(
        _ migration: Migration, on connection: Connection, until deadline: ContinuousClock.Instant
    ) async throws {
        try await connection.query("BEGIN", until: deadline)
        for statement in migration.statements { try await connection.query(statement, until: deadline) }
        try await connection.query(
            "INSERT INTO schema_migrations (version, name) VALUES ($1::integer, $2)",
            [String(migration.version), migration.name], until: deadline)
        try await connection.query("COMMIT", until: deadline)
    }
}
