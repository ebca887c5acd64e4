import Foundation
import TestKit
import Testing

@testable import guestbook

/// Against a real PostgreSQL.
@Suite(.serialized)
struct DatabaseTests {
    @Test func migrationsRunByTwoAtOnceAreAppliedOnce() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await PostgresServer.writer(in: folder.appending(path: "w"))
            defer { writer.stop() }
            let (one, other) = (
                Migrator(writer: try pool(.writer, writer)), Migrator(writer: try pool(.writer, writer))
            )
            async let first = one.run()
            async let second = other.run()
            let applied = try await first + second
            #expect(applied.map(\.version).sorted() == Migration.all.map(\.version))
            #expect(try await Migrator(writer: pool(.writer, writer)).run().isEmpty)
        }
    }

    @Test func aFailedMigrationLeavesNothingOfItselfBehind() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await PostgresServer.writer(in: folder.appending(path: "w"))
            defer { writer.stop() }
            let broken = Migration(
                version: 1, name: "half", statements: ["CREATE TABLE half (id integer)", "SELECT nonsense"])
            await #expect(throws: DatabaseError.self) {
                try await Migrator(writer: pool(.writer, writer), migrations: [broken]).run()
            }
            #expect(try writer.sql("SELECT count(*) FROM schema_migrations") == "0")
            #expect(try writer.sql("SELECT to_regclass('half') IS NULL") == "t")
        }
    }

    @Test func theAuthorReadsTheirWriteWhileTheReaderLags() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await PostgresServer.writer(in: folder.appending(path: "w"))
            defer { writer.stop() }
            let reader = try await PostgresServer.reader(of: writer, in: folder.appending(path: "r"))
            defer { reader.stop() }
            try await Migrator(writer: pool(.writer, writer)).run()
            let store = MessageStore(writer: try pool(.writer, writer), reader: try pool(.reader, reader))

            let first = try await store.add(Draft(author: "Ann", body: "first"), submission: UUID())
            #expect(
                try await eventually {
                    let page = try await store.page(before: nil, freshness: first)
                    return page.answeredBy == .reader && page.messages.map(\.body) == ["first"]
                })

            try reader.sql("SELECT pg_wal_replay_pause()")
            let second = try await store.add(Draft(author: "Ann", body: "second"), submission: UUID())
            let own = try await store.page(before: nil, freshness: second)
            #expect(own.answeredBy == .writer)
            #expect(own.messages.map(\.body) == ["second", "first"])
            let others = try await store.page(before: nil, freshness: .any)
            #expect(others.answeredBy == .reader)
            #expect(others.messages.map(\.body) == ["first"])

            reader.stop()
            let withoutReader = try await store.page(before: nil, freshness: .any)
            #expect(withoutReader.answeredBy == .writer)
            #expect(withoutReader.messages.count == 2)
        }
    }

    @Test func aMessageSentWhileTheWriterIsAwayIsStoredOnceItIsBack() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await PostgresServer.writer(in: folder.appending(path: "w"))
            defer { writer.stop() }
            try await Migrator(writer: pool(.writer, writer)).run()
            var store = MessageStore(writer: try pool(.writer, writer), reader: try pool(.reader, writer))
            store.patience = .seconds(60)
            let submission = UUID()
            _ = try await store.add(Draft(author: "Ann", body: "before"), submission: submission)

            writer.stop()
            let patient = store
            async let late = patient.add(Draft(author: "Ann", body: "meanwhile"), submission: submission)
            try await writer.start()
            _ = try await late
            // The same form again: still one message.
            _ = try await store.add(Draft(author: "Ann", body: "meanwhile"), submission: submission)
            #expect(try writer.sql("SELECT string_agg(body, ' ' ORDER BY id) FROM messages") == "before meanwhile")

            writer.stop()
            store.patience = .milliseconds(200)
            let impatient = store
            await #expect(throws: DatabaseError.self) { try await impatient.page(before: nil, freshness: .any) }
        }
    }

    @Test func moreTasksThanConnectionsTakeTurnsAndTheRestIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await PostgresServer.writer(in: folder.appending(path: "w"))
            defer { writer.stop() }
            let deadline = ContinuousClock.now + .seconds(60)
            let pool = ConnectionPool(
                role: .writer, connectionInfo: writer.url, poller: try SocketPoller(),
                limits: ConnectionPool.Limits(connections: 2, waiting: 6))
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            try await pool.withConnection(until: deadline) { connection in
                                _ = try await connection.query("SELECT pg_sleep(0.2)", until: deadline)
                            }
                            return true
                        } catch {
                            #expect(error as? DatabaseError == .busy)
                            return false
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } >= 8)
            #expect(outcomes.count { !$0 } > 0)
            let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
            #expect(try writer.sql(sessions) == "2")
        }
    }

    private func pool(_ role: ConnectionPool.Role, _ server: PostgresServer) throws -> ConnectionPool {
        ConnectionPool(role: role, connectionInfo: server.url, poller: try SocketPoller())
    }
}
