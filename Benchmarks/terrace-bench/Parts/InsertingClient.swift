import CLibPQ
import Foundation
import Synchronization

/// An application that inserts one number after the other through the writer's endpoint, on a thread of its own, and
/// remembers which of them were acknowledged and when. What failed is tried again with a new connection.
final class InsertingClient: Sendable {
    private struct State {
        var acknowledged: [Int] = []
        var lastAt = ContinuousClock.now
        var isStopped = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let conninfo: String

    init(_ environment: [String: String]) throws {
        let keys = [
            "PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname",
            "PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert",
        ]
        func quoted(_ text: String) -> String {
            "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        }
        conninfo =
            keys.compactMap { name, key in environment[name].map { "\(key)=\(quoted($0))" } }.joined(separator: " ")
            + " gssencmode=disable connect_timeout=2"
        _ = try query("CREATE TABLE IF NOT EXISTS bench_rows (number bigint)")
    }

    func start() { Thread.detachNewThread { self.run() } }

    /// Returns when the thread has ended.
    func stop() {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1_000) }
    }

    var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }

    /// When a row beyond `count` was acknowledged first; nil before that.
    func moment(after moment: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        state.withLock { $0.lastAt > moment ? $0.lastAt : nil }
    }

    /// Acknowledged rows that are not in the table.
    func lostRows() throws -> Int {
        let stored = Set(try query("SELECT number FROM bench_rows").compactMap { Int($0) })
        return state.withLock { $0.acknowledged.count { !stored.contains($0) } }
    }

    /// The first column of the answer.
    private func query(_ sql: String) throws -> [String] {
        let connection = PQconnectdb(conninfo)
        defer { PQfinish(connection) }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw BenchFailure(String(cString: PQerrorMessage(connection)))
        }
        return (0..<PQntuples(result)).compactMap { row in PQgetvalue(result, row, 0).map { String(cString: $0) } }
    }

    private func run() {
        var connection: OpaquePointer?
        var number = 0
        while !state.withLock({ $0.isStopped }) {
            if connection == nil {
                connection = PQconnectdb(conninfo)
                PQsetNoticeProcessor(connection, { _, _ in }, nil)
            }
            number += 1
            let result = PQexec(connection, "INSERT INTO bench_rows VALUES (\(number))")
            let isAccepted = PQresultStatus(result) == PGRES_COMMAND_OK
            PQclear(result)
            if isAccepted {
                let (moment, accepted) = (ContinuousClock.now, number)
                state.withLock { state in
                    state.acknowledged.append(accepted)
                    state.lastAt = moment
                }
            } else {
                PQfinish(connection)
                connection = nil
                usleep(1_000)
            }
        }
        PQfinish(connection)
        state.withLock { $0.hasEnded = true }
    }
}
