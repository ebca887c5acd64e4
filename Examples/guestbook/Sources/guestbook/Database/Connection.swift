import CPostgres
import NIOPosix

/// One libpq connection, driven without blocking. Whoever has it from the pool uses it alone; after an error in the middle
/// of a query it is not used again, because what the server will still send is unknown.
actor Connection {
    /// Text as PostgreSQL sends it; nil is NULL.
    typealias Row = [String?]

    /// libpq's connection object has no state of its thread, and only this actor touches it.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let handle: Handle
    private let poller: SocketPoller
    private var isBroken = false

    private init(handle: Handle, poller: SocketPoller) {
        self.handle = handle
        self.poller = poller
    }

    deinit { PQfinish(handle.pointer) }

    /// Connects and logs in. `mustWrite` refuses a server that is only a reader, for instance one that is not promoted yet.
    static func open(
        _ info: String, mustWrite: Bool, poller: SocketPoller, until deadline: ContinuousClock.Instant
    ) async throws -> Connection {
        // Starting resolves the host's name, which blocks: on NIO's thread pool it blocks nobody.
        let handle = try await NIOThreadPool.singleton.runIfActive { try start(info, mustWrite: mustWrite) }
        let connection = Connection(handle: handle, poller: poller)
        try await connection.finishConnecting(until: deadline)
        return connection
    }

    private static func start(_ info: String, mustWrite: Bool) throws -> Handle {
        let options = [
            // A connection string in place of a name is expanded, and overrides what stands before it.
            ("fallback_application_name", "guestbook"), ("dbname", info),
            ("target_session_attrs", mustWrite ? "read-write" : "any"),
        ].filter { !$0.1.isEmpty }
        let started = withCStrings(options.map(\.0)) { names in
            withCStrings(options.map(\.1)) { values in PQconnectStartParams(names, values, 1) }
        }
        guard let pointer = started else { throw DatabaseError.unavailable("out of memory") }
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQstatus(pointer) != CONNECTION_BAD else {
            defer { PQfinish(pointer) }
            throw DatabaseError.unavailable(message(of: pointer))
        }
        return Handle(pointer: pointer)
    }

    private func finishConnecting(until deadline: ContinuousClock.Instant) async throws {
        var direction = SocketPoller.Direction.writable
        while true {
            try await poller.wait(for: direction, on: PQsocket(handle.pointer), until: deadline)
            switch PQconnectPoll(handle.pointer) {
            case PGRES_POLLING_OK:
                PQsetnonblocking(handle.pointer, 1)
                return
            case PGRES_POLLING_READING: direction = .readable
            case PGRES_POLLING_WRITING: direction = .writable
            default: throw DatabaseError.unavailable(Self.message(of: handle.pointer))
            }
        }
    }

    /// Runs one statement. Parameters are sent beside the text, never inside it.
    @discardableResult
    func query(
        _ sql: String, _ parameters: [String?] = [], until deadline: ContinuousClock.Instant
    ) async throws -> [Row] {
        isBroken = true
        let sent = withCStrings(parameters) { values in
            PQsendQueryParams(handle.pointer, sql, CInt(parameters.count), nil, values, nil, nil, 0)
        }
        guard sent == 1 else { throw DatabaseError.unavailable(Self.message(of: handle.pointer)) }
        try await flush(until: deadline)
        let outcome = try await collect(until: deadline)
        isBroken = false
        return try outcome.get()
    }

    private func flush(until deadline: ContinuousClock.Instant) async throws {
        while true {
            switch PQflush(handle.pointer) {
            case 0: return
            case 1:
                // The server may be waiting for us to read before it reads more.
                try await poller.wait(for: .either, on: PQsocket(handle.pointer), until: deadline)
                try takeInput()
            default: throw DatabaseError.unavailable(Self.message(of: handle.pointer))
            }
        }
    }

    /// Reads to the end of the statement's results, so that the connection is free again.
    private func collect(until deadline: ContinuousClock.Instant) async throws -> Result<[Row], DatabaseError> {
        var outcome = Result<[Row], DatabaseError>.success([])
        while true {
            while PQisBusy(handle.pointer) == 1 {
                try await poller.wait(for: .readable, on: PQsocket(handle.pointer), until: deadline)
                try takeInput()
            }
            guard let result = PQgetResult(handle.pointer) else { return outcome }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK: outcome = .success(rows(of: result))
            case PGRES_COMMAND_OK: break
            default: outcome = .failure(error(of: result))
            }
        }
    }

    private func takeInput() throws {
        guard PQconsumeInput(handle.pointer) == 1 else {
            throw DatabaseError.unavailable(Self.message(of: handle.pointer))
        }
    }

    /// Whether it may be lent again. Reads what the server sent in the meantime, such as its farewell.
    func isReusable() -> Bool {
        guard !isBroken else { return false }
        // Twice: the first reads the farewell, the second notices the closed socket behind it.
        for _ in 0..<2 where PQconsumeInput(handle.pointer) == 1 { _ = PQisBusy(handle.pointer) }
        return PQstatus(handle.pointer) == CONNECTION_OK && PQtransactionStatus(handle.pointer) == PQTRANS_IDLE
    }

    private func rows(of result: OpaquePointer) -> [Row] {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : text(PQgetvalue(result, row, column))
            }
        }
    }

    private func error(of result: OpaquePointer) -> DatabaseError {
        let state = CInt(UInt8(ascii: "C"))  // PG_DIAG_SQLSTATE
        let message = CInt(UInt8(ascii: "M"))  // PG_DIAG_MESSAGE_PRIMARY
        guard let code = PQresultErrorField(result, state), let text = PQresultErrorField(result, message) else {
            // libpq's own errors, such as a connection closed in the middle, have no code.
            return .unavailable(Self.message(of: handle.pointer))
        }
        return .refused(sqlState: String(cString: code), message: String(cString: text))
    }

    private static func message(of pointer: OpaquePointer) -> String {
        text(PQerrorMessage(pointer)).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

/// libpq's pointers come without a promise that they are not null.
private func text(_ bytes: UnsafePointer<CChar>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
}

/// Lends the texts as a C array that ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> Result
) rethrows -> Result {
    let bytes = texts.map { text in text.map { ContiguousArray($0.utf8CString) } }
    var storage = ContiguousArray(bytes.compactMap { $0 }.joined())
    return try storage.withUnsafeMutableBufferPointer { buffer in
        var offset = 0
        var pointers: [UnsafePointer<CChar>?] = bytes.map { text in
            guard let text, let base = buffer.baseAddress else { return nil }
            defer { offset += text.count }
            return UnsafePointer(base + offset)
        }
        pointers.append(nil)
        return try pointers.withUnsafeBufferPointer { list in
            guard let first = list.baseAddress else { preconditionFailure("the list ends with a null pointer") }
            return try body(first)
        }
    }
}
