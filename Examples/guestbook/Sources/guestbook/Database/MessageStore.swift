import Foundation

struct Message: Sendable, Equatable {
    var id: Int64
    var author: String
    var body: String
    var writtenAt: Date
}

/// What a visitor must find in the next answer: nothing in particular, or the message just written.
enum Freshness: Sendable, Equatable {
    case any
    case atLeast(LogPosition)
    /// Something was written, but where in the log is not known.
    case newest
}

/// Messages, read from the reader whenever it has what the visitor must see, written through the writer.
struct MessageStore: Sendable {
    struct Page: Sendable {
        var messages: [Message]
        var hasOlder: Bool
        var answeredBy: ConnectionPool.Role
    }

    static let pageSize = 50

    var writer: ConnectionPool
    var reader: ConnectionPool
    /// How long a page may wait for the reader before the writer is asked.
    var readerPatience = Duration.milliseconds(500)
    var patience = Duration.seconds(5)

    /// The newest messages with an id below `before`.
    func page(before: Int64?, freshness: Freshness) async throws -> Page {
        let deadline = ContinuousClock.now + patience
        if freshness != .newest {
            do {
                let page = try await reader.withConnection(until: .now + readerPatience) { connection in
                    try await isFresh(freshness, connection) ? try await read(before, from: connection) : nil
                }
                if let page { return page }
            } catch is DatabaseError {
                // The reader is away or slow: the writer has everything.
            }
        }
        return try await retrying(writer, until: deadline) { try await read(before, from: $0) }
    }

    /// Stores the message once, however often the same submission is sent, and tells what its author must see next.
    /// Because it is stored once, it may be tried again on a new connection even when the old one broke after the
    /// statement was sent.
    func add(_ draft: Draft, submission: UUID) async throws -> Freshness {
        let deadline = ContinuousClock.now + patience
        return try await retrying(writer, until: deadline) { connection in
            try await connection.query(
                """
                INSERT INTO messages (author, body, submission) VALUES ($1, $2, $3::uuid)
                ON CONFLICT (submission, author, body) DO NOTHING
                """, [draft.author, draft.body, submission.uuidString], until: min(deadline, .now + patience / 2))
            return await position(on: connection)
        }
    }

    /// The message is committed: whatever goes wrong here must not make the visitor send it again.
    private func position(on connection: Connection) async -> Freshness {
        let rows = try? await connection.query("SELECT pg_current_wal_insert_lsn()", until: .now + .seconds(1))
        return rows?.first?[0].flatMap { LogPosition($0) }.map { .atLeast($0) } ?? .newest
    }

    private func isFresh(_ freshness: Freshness, _ connection: Connection) async throws -> Bool {
        guard case .atLeast(let wanted) = freshness else { return freshness == .any }
        let rows = try await connection.query(
            """
            SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
            """, until: .now + readerPatience)
        guard let replayed = rows.first?[0].flatMap({ LogPosition($0) }) else { return false }
        return replayed >= wanted
    }

    /// Asks the server for its role: behind a stable endpoint it may have changed since the connection was opened.
    private func read(_ before: Int64?, from connection: Connection) async throws -> Page {
        let limit = ContinuousClock.now + readerPatience
        let role = try await connection.query("SELECT pg_is_in_recovery()", until: limit)
        let rows = try await connection.query(
            """
            SELECT id, author, body, extract(epoch FROM written_at) FROM messages
            WHERE id < $1::bigint ORDER BY id DESC LIMIT \(Self.pageSize + 1)
            """, [String(before ?? .max)], until: limit)
        return Page(
            messages: rows.prefix(Self.pageSize).compactMap(Message.init(row:)), hasOlder: rows.count > Self.pageSize,
            answeredBy: role.first?[0] == "t" ? .reader : .writer)
    }

    /// Tries again on another connection while the trouble is a passing one. Bounded by the deadline; the pool's backoff
    /// spaces the attempts when connecting fails, and a pause does when the statement does.
    private func retrying<Result: Sendable>(
        _ pool: ConnectionPool, until deadline: ContinuousClock.Instant,
        _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        var pause = Backoff()
        while true {
            do {
                return try await pool.withConnection(until: deadline, body)
            } catch let error as DatabaseError where error.isPassing {
                pause.failed(at: .now, error)
                guard let next = pause.notBefore, next < deadline else { throw error }
                try await Task.sleep(until: next, clock: .continuous)
            }
        }
    }
}

extension Message {
    fileprivate init?(row: Connection.Row) {
        guard row.count == 4, let id = row[0].flatMap({ Int64($0) }), let author = row[1], let body = row[2],
            let seconds = row[3].flatMap({ Double($0) })
        else { return nil }
        self.init(id: id, author: author, body: body, writtenAt: Date(timeIntervalSince1970: seconds))
    }
}
