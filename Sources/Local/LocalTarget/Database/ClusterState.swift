/// Decides what happens to the two servers; does nothing itself. The shell (`DatabaseTier`) feeds it events one by one
/// and carries the actions out in their order, each finished before the next begins unless it says otherwise.
///
/// Why no acknowledged commit is lost:
/// 1. A reader is promoted only while `record.readerMayPromote` is true on disk.
/// 2. That is written only after commits wait for the reader (PostgreSQL's checkpointer has confirmed it) and the
///    reader's disk holds the log up to a point taken after that. So each acknowledged commit either waited for the
///    reader or lies before the point.
/// 3. It is made false on disk before commits stop waiting. A supervisor killed in between finds the careful answer.
/// 4. The old writer is dead to its last process before the other is promoted, and the new writer's name is on disk
///    before the promotion: no restart ever brings the old one up as a writer.
/// 5. With the answer "no", the writer is started again where it was: its own log has every acknowledged commit.
package struct ClusterState: Sendable, Equatable {
    package enum Writer: Sendable, Equatable {
        /// Being started or promoted, for the `attempt`th time (0 is the first).
        case comingUp(attempt: Int)
        case available
    }

    package enum Reader: Sendable, Equatable {
        /// The stack has none.
        case none
        /// Waits for a writer to copy from.
        case waiting
        /// Being copied, rewound or started; `attempt` 0 is the first.
        case joining(attempt: Int)
        /// Streams; commits were told to wait for it, the proof is under way.
        case confirming(attempt: Int)
        /// Commits wait for it and it has everything: it may be promoted.
        case synchronous
    }

    package enum Event: Sendable, Equatable {
        case begin
        /// Accepts writes.
        case writerAvailable
        /// Ended, hangs, or could not be started.
        case writerFailed(String)
        case readerStreaming
        /// Commits wait for the reader, and it has all that was acknowledged before they did.
        case synchronousConfirmed
        /// Alive, but makes no progress: commits must not wait for it.
        case readerStalled(String)
        /// Ended, hangs, or could not join.
        case readerFailed(String)
        /// An operator's wish; refused while the reader may not be promoted.
        case switchover
        /// New connections wait, whoever the writer is, until `release` or `exchange`.
        case hold
        case release
        /// Restored data takes the place of the writer's. Refused, and the hold ended, when the writer is not the one that
        /// was held.
        case exchange(DataExchange, PastRestore)
    }

    package enum Action: Sendable, Equatable {
        /// On disk before the next action.
        case persist(ClusterRecord)
        /// Kill to the last process.
        case fence(ServerName)
        /// Shut down in order: the reader receives the rest of the log.
        case shutDown(ServerName)
        /// nil: hold new connections.
        case route(writer: ServerName?, reader: ServerName?)
        /// Start it if it does not run, promote it if it is a standby. Goes on in the background; ends in
        /// `writerAvailable` or `writerFailed`.
        case bringUpWriter(ServerName, after: Duration)
        /// Rewind, copy or just start it, as needed. In the background; ends in `readerStreaming` or `readerFailed`.
        case bringUpReader(ServerName, after: Duration, rebuild: Bool)
        /// Make commits wait for the reader; the proof goes on in the background and ends in `synchronousConfirmed` or
        /// `readerStalled`.
        case synchronousOn
        case synchronousOff
        /// End what is done to the reader; returns when nothing touches its data any more.
        case leaveReader
        case exchange(DataExchange)
    }

    package private(set) var record: ClusterRecord
    package private(set) var writer = Writer.comingUp(attempt: 0)
    package private(set) var reader: Reader
    /// Changes of the writer since the supervisor's start.
    package private(set) var failovers = 0
    package private(set) var writerProblem: String?
    package private(set) var readerProblem: String?
    package private(set) var isHeld = false

    package init(record: ClusterRecord, hasReader: Bool) {
        self.record = record
        reader = hasReader ? .waiting : .none
    }

    package var readerName: ServerName? { reader == .none ? nil : record.writer.other }

    package mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .begin: begin()
        case .writerAvailable: writerAvailable()
        case .writerFailed(let reason): writerFailed(reason)
        case .readerStreaming: readerStreaming()
        case .synchronousConfirmed: synchronousConfirmed()
        case .readerStalled(let reason): readerStalled(reason)
        case .readerFailed(let reason): readerFailed(reason)
        case .switchover: switchover()
        case .hold: hold()
        case .release: release()
        case .exchange(let exchange, let past): self.exchange(exchange, past)
        }
    }

    mutating func remember(ports: [String: Int]) { record.ports = ports }

    // MARK: - The writer

    /// The writer starts without waiting for a reader, so that applications are served at once; hence the answer "no"
    /// goes to disk first.
    private mutating func begin() -> [Action] {
        record.readerMayPromote = false
        return [.persist(record), .bringUpWriter(record.writer, after: .zero)]
    }

    private mutating func writerAvailable() -> [Action] {
        guard case .comingUp = writer else { return [] }
        writer = .available
        writerProblem = nil
        guard let name = readerName else { return [route] }
        reader = .joining(attempt: 0)
        return [route, .bringUpReader(name, after: .zero, rebuild: false)]
    }

    private mutating func writerFailed(_ reason: String) -> [Action] {
        writerProblem = reason
        let failed = record.writer
        if writer == .available && record.readerMayPromote { return promoteReader(after: [.fence(failed)]) }
        // In place: either this server was never available as a writer, or the reader may lack commits.
        let attempt = if case .comingUp(let before) = writer { before + 1 } else { 0 }
        writer = .comingUp(attempt: attempt)
        let serving = readerServes ? readerName : nil
        if reader != .none { reader = .waiting }
        return [
            .route(writer: nil, reader: serving), .fence(failed),
            .bringUpWriter(failed, after: DatabaseLimit.backoff(attempt: attempt)),
        ]
    }

    private mutating func switchover() -> [Action] {
        guard writer == .available, record.readerMayPromote else { return [] }
        return promoteReader(after: [.shutDown(record.writer), .fence(record.writer)])
    }

    private mutating func promoteReader(after ending: [Action]) -> [Action] {
        record.writer = record.writer.other
        record.generation += 1
        record.readerMayPromote = false
        failovers += 1
        writer = .comingUp(attempt: 0)
        reader = .waiting
        return [.route(writer: nil, reader: record.writer)] + ending
            + [.persist(record), .bringUpWriter(record.writer, after: .zero)]
    }

    // MARK: - Restoring in place

    private mutating func hold() -> [Action] {
        isHeld = true
        return [route]
    }

    private mutating func release() -> [Action] {
        isHeld = false
        return writer == .available ? [route] : []
    }

    /// The record that names the exchange is the point of no return: a start that finds it carries the exchange out, one that does
    /// not removes the restored data. Both servers are dead before, and the new record is on disk before either starts.
    private mutating func exchange(_ exchange: DataExchange, _ past: PastRestore) -> [Action] {
        guard isHeld, writer == .available, exchange.writer == record.writer else { return release() }
        isHeld = false
        let (old, other) = (record.writer, record.writer.other)
        record.generation += 1
        record.readerMayPromote = false
        record.restores.append(past)
        record.exchange = exchange
        let during = record
        record.exchange = nil
        writer = .comingUp(attempt: 0)
        if reader != .none { reader = .waiting }
        return [.route(writer: nil, reader: nil), .leaveReader, .fence(other), .shutDown(old), .fence(old)]
            + [.persist(during), .exchange(exchange), .persist(record), .bringUpWriter(old, after: .zero)]
    }

    // MARK: - The reader

    private mutating func readerStreaming() -> [Action] {
        guard case .joining(let attempt) = reader, writer == .available else { return [] }
        reader = .confirming(attempt: attempt)
        return [route, .synchronousOn]
    }

    private mutating func synchronousConfirmed() -> [Action] {
        guard case .confirming = reader, writer == .available else { return [] }
        reader = .synchronous
        readerProblem = nil
        record.readerMayPromote = true
        return [.persist(record)]
    }

    /// It keeps its connections and its data; it only has to prove itself again.
    private mutating func readerStalled(_ reason: String) -> [Action] {
        guard let name = readerName, commitsWait, writer == .available else { return [] }
        readerProblem = reason
        reader = .joining(attempt: nextAttempt)
        return stopWaiting() + [.bringUpReader(name, after: .zero, rebuild: false)]
    }

    private mutating func readerFailed(_ reason: String) -> [Action] {
        guard let name = readerName, writer == .available, reader != .waiting else { return [] }
        readerProblem = reason
        let attempt = nextAttempt
        let ending = stopWaiting()
        reader = .joining(attempt: attempt)
        // Commits first: they go on before the dead reader is looked after. A reader that failed three times in a row
        // is copied anew, for whatever is wrong with its data.
        return ending + [
            route, .fence(name),
            .bringUpReader(name, after: DatabaseLimit.backoff(attempt: attempt), rebuild: attempt % 4 == 3),
        ]
    }

    /// The record first, the setting after it. See the type's comment, point 3.
    private mutating func stopWaiting() -> [Action] {
        record.readerMayPromote = false
        return [.persist(record), .synchronousOff]
    }

    private var nextAttempt: Int {
        switch reader {
        case .joining(let attempt), .confirming(let attempt): attempt + 1
        case .none, .waiting, .synchronous: 0
        }
    }

    private var commitsWait: Bool {
        switch reader {
        case .confirming, .synchronous: true
        case .none, .waiting, .joining: false
        }
    }

    private var readerServes: Bool { commitsWait }

    /// Readers without a reader go to the writer, as behind Aurora's reader endpoint.
    private var route: Action {
        isHeld
            ? .route(writer: nil, reader: nil)
            : .route(writer: record.writer, reader: readerServes ? readerName : record.writer)
    }
}
