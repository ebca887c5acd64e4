extension DatabaseTier {
    /// What the writer has spent its time on; where the statistics are missing, what it is doing now.
    func statements(most: Int) async throws -> StatementList {
        guard let parts, let writer = parts.servers[state.record.writer], state.writer == .available else {
            throw DatabaseError("look into the database", answer: "it has no writer now")
        }
        let database = configuration.databaseName
        if parts.hasStatementStatistics {
            let rows = try await writer.query(
                """
                SELECT query, calls, total_exec_time / 1000, mean_exec_time / 1000, rows
                FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = \(SQL.literal(database)) AND s.userid <> 10 ORDER BY total_exec_time DESC LIMIT \(most)
                """, database: database)
            return StatementList(isHistory: true, statements: rows.map(Self.statement))
        }
        let rows = try await writer.query(
            """
            SELECT query, 1, extract(epoch FROM now() - query_start), extract(epoch FROM now() - query_start), 0
            FROM pg_stat_activity WHERE datname = \(SQL.literal(database)) AND state <> 'idle'
              AND usename <> \(SQL.literal(PostgresSettings.superuser)) ORDER BY query_start LIMIT \(most)
            """)
        return StatementList(isHistory: false, statements: rows.map(Self.statement))
    }

    private static func statement(_ row: [String?]) -> StatementList.Statement {
        func number(_ index: Int) -> Double { row.indices.contains(index) ? row[index].flatMap(Double.init) ?? 0 : 0 }
        return StatementList.Statement(
            text: (row.first ?? nil) ?? "", calls: Int(number(1)), total: number(2), mean: number(3),
            rows: Int(number(4)))
    }
}
