import CLibPQ
import Foundation
import Machine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a connection or a statement failed.
struct PostgresFailure: Error, Equatable, CustomStringConvertible {
    enum Kind: Equatable { case timeout, connection, statement }

    var kind: Kind
    var message: String
    /// Five characters, for statements only.
    var sqlState = ""

    /// The server spoke, be it only to refuse: it is alive.
    var isAnswer: Bool { kind == .statement || message.contains("FATAL:") }
    var description: String { message }
}

extension PostgresFailure {
    /// What the server said last, without the addresses before it, which differ from one to the next, and the hints after it.
    var reason: String {
        let lines = message.split(separator: "\n")
        for line in lines.reversed() {
            for severity in ["PANIC:", "FATAL:", "ERROR:"] {
                guard let word = line.range(of: severity) else { continue }
                return line[word.upperBound...].trimmingCharacters(in: .whitespaces)
            }
        }
        return lines.last.map(String.init) ?? message
    }
}

/// One libpq connection, used from one thread, with a deadline of our own on every step: libpq's own covers connecting
/// only, in whole seconds, and a stopped server never answers the rest. It blocks, so it belongs on a thread of its own.
final class PostgresConnection {
    private let connection: OpaquePointer

    private init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { PQfinish(connection) }

    static func open(
        _ parameters: [String: String], within limit: Duration = DatabaseLimit.statement
    ) throws(PostgresFailure) -> PostgresConnection {
        let deadline = ContinuousClock.now + limit
        guard let raw = start(parameters) else {
            throw PostgresFailure(kind: .connection, message: "libpq has no memory for a connection")
        }
        let opened = PostgresConnection(raw)
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
        var events = Descriptors.Readiness.output
        guard PQstatus(raw) != CONNECTION_BAD else { throw opened.connectionFailure }
        while true {
            try opened.wait(for: events, until: deadline)
            switch PQconnectPoll(raw) {
            case PGRES_POLLING_READING: events = .input
            case PGRES_POLLING_WRITING: events = .output
            case PGRES_POLLING_OK: return opened
            default: throw opened.connectionFailure
            }
        }
    }

    /// Runs one or more statements without parameters; the rows of the last one.
    @discardableResult
    func query(_ sql: String, within limit: Duration = DatabaseLimit.statement) throws(PostgresFailure) -> [[String?]] {
        let deadline = ContinuousClock.now + limit
        guard PQsendQuery(connection, sql) == 1 else { throw connectionFailure }
        var rows: [[String?]] = []
        var failure: PostgresFailure?
        while true {
            while PQisBusy(connection) == 1 {
                try wait(for: .input, until: deadline)
                guard PQconsumeInput(connection) == 1 else { throw connectionFailure }
            }
            guard let result = PQgetResult(connection) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK: rows = Self.rows(of: result)
            case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows = []
            default: failure = Self.failure(of: result)
            }
        }
        if let failure { throw failure }
        return rows
    }

    /// What PostgreSQL stores of a password. The password itself never leaves this process.
    func verifier(of password: Secret, for role: String) throws(PostgresFailure) -> String {
        guard let text = PQencryptPasswordConn(connection, password.reveal(), role, "scram-sha-256") else {
            throw connectionFailure
        }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    private static func start(_ parameters: [String: String]) -> OpaquePointer? {
        let pairs = parameters.sorted { $0.key < $1.key }
        let keys = pairs.map { strdup($0.key) }
        let values = pairs.map { strdup($0.value) }
        defer { for text in keys + values { free(text) } }
        let constKeys = keys.map { $0.map { UnsafePointer($0) } } + [nil]
        let constValues = values.map { $0.map { UnsafePointer($0) } } + [nil]
        return PQconnectStartParams(constKeys, constValues, 0)
    }

    private static func rows(of result: OpaquePointer) -> [[String?]] {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
            }
        }
    }

    private static func failure(of result: OpaquePointer) -> PostgresFailure {
        let state = PQresultErrorField(result, CInt(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let message = PQresultErrorMessage(result).map { String(cString: $0) } ?? "no reason given"
        return PostgresFailure(
            kind: .statement, message: message.trimmingCharacters(in: .whitespacesAndNewlines), sqlState: state)
    }

    private var connectionFailure: PostgresFailure {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? "no reason given"
        return PostgresFailure(
            kind: .connection, message: message.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func wait(for readiness: Descriptors.Readiness, until deadline: ContinuousClock.Instant)
        throws(PostgresFailure)
    {
        while true {
            let left = deadline - .now
            guard left > .zero else {
                throw PostgresFailure(kind: .timeout, message: "no answer from the server in time")
            }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let ready = Descriptors.wait(
                [(PQsocket(connection), readiness)], milliseconds: CInt(clamping: milliseconds + 1))
            if ready?.isEmpty == false { return }
            if ready == nil && errno != EINTR {
                throw PostgresFailure(kind: .connection, message: String(cString: strerror(errno)))
            }
        }
    }
}

/// Names and texts inside SQL. `standard_conforming_strings` is on in every version we run.
enum SQL {
    static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
    static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
