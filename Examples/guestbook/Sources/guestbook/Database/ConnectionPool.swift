/// A bounded set of connections to one endpoint. A task that finds none free waits in a bounded queue, at most until its
/// own deadline; a broken connection is replaced by the next one who needs it.
actor ConnectionPool {
    enum Role: Sendable { case writer, reader }

    struct Limits: Sendable {
        var connections = 8
        /// Tasks that may wait for a connection; the next one is refused at once.
        var waiting = 128
        /// For one attempt. A hung server accepts connections and then says nothing, so it needs a limit of its own.
        var connecting = Duration.seconds(2)
    }

    private struct Turn {
        var id: UInt64
        /// Gets a connection, or nil: there is room to open one.
        var continuation: CheckedContinuation<Connection?, any Error>
    }

    private let role: Role
    private let connectionInfo: String
    private let poller: SocketPoller
    private let limits: Limits
    private var backoff = Backoff()
    private var idle: [Connection] = []
    /// Idle, lent or being opened.
    private var open = 0
    private var queue: [Turn] = []
    private var nextTurn: UInt64 = 0

    init(role: Role, connectionInfo: String, poller: SocketPoller, limits: Limits = Limits()) {
        self.role = role
        self.connectionInfo = connectionInfo
        self.poller = poller
        self.limits = limits
    }

    /// Lends a connection for the time of `body`. Tries to connect, again and again if need be, until the deadline.
    func withConnection<Result: Sendable>(
        until deadline: ContinuousClock.Instant, _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await lend(until: deadline)
        do {
            let result = try await body(connection)
            await takeBack(connection)
            return result
        } catch {
            await takeBack(connection)
            throw error
        }
    }

    private func lend(until deadline: ContinuousClock.Instant) async throws -> Connection {
        while true {
            if let connection = idle.popLast() {
                if await connection.isReusable() { return connection }
                open -= 1
            } else if open < limits.connections {
                open += 1
                return try await connectOrLeave(until: deadline)
            } else if let connection = try await waitForTurn(until: deadline) {
                if await connection.isReusable() { return connection }
                open -= 1
            }
        }
    }

    private func takeBack(_ connection: Connection) async {
        guard await connection.isReusable() else { return leave() }
        if queue.isEmpty {
            idle.append(connection)
        } else {
            queue.removeFirst().continuation.resume(returning: connection)
        }
    }

    /// Gives a place up and lets the next in the queue open a connection in it.
    private func leave() {
        open -= 1
        if !queue.isEmpty { queue.removeFirst().continuation.resume(returning: nil) }
    }

    private func connectOrLeave(until deadline: ContinuousClock.Instant) async throws -> Connection {
        do {
            return try await connect(until: deadline)
        } catch {
            leave()
            throw error
        }
    }

    /// The writer's pool tries until the deadline: nothing else can take its work. The reader's gives up at the first
    /// failure, and at once while a failure is fresh, because the writer can answer in its place.
    private func connect(until deadline: ContinuousClock.Instant) async throws -> Connection {
        while true {
            let begin = max(backoff.notBefore ?? .now, .now)
            guard begin < deadline, role == .writer || begin <= .now else { throw backoff.reason }
            try await Task.sleep(until: begin, clock: .continuous)
            let limit = min(deadline, .now + limits.connecting)
            if role == .reader { backoff.attempting(until: limit) }
            do {
                let connection = try await Connection.open(
                    connectionInfo, mustWrite: role == .writer, poller: poller, until: limit)
                backoff.succeeded()
                return connection
            } catch let error as DatabaseError where error.isPassing {
                backoff.failed(at: .now, error)
                if role == .reader { throw error }
            }
        }
    }

    private func waitForTurn(until deadline: ContinuousClock.Instant) async throws -> Connection? {
        guard queue.count < limits.waiting else { throw DatabaseError.busy }
        nextTurn += 1
        let id = nextTurn
        let alarm = Task { [weak self] in
            try await Task.sleep(until: deadline, clock: .continuous)
            await self?.giveUp(id, DatabaseError.timedOut)
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                queue.append(Turn(id: id, continuation: continuation))
            }
        } onCancel: {
            Task { await self.giveUp(id, CancellationError()) }
        }
    }

    private func giveUp(_ id: UInt64, _ error: any Error) {
        guard let index = queue.firstIndex(where: { $0.id == id }) else { return }
        queue.remove(at: index).continuation.resume(throwing: error)
    }
}
