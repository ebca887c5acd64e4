import Synchronization

/// What one task has written last, for the report when it fails; the rest is in the log.
final class TaskOutput: Sendable {
    /// Lines that a report shows at most, and characters of each.
    static let tailLines = 12
    static let tailCharacters = 400

    private struct State {
        var tail: [String] = []
        var openStreams: Int
        var waiters: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>
    /// Told every line as it is read, on the collecting thread; it must not block.
    private let each: (@Sendable (LogLine) -> Void)?

    init(streams: Int, each: (@Sendable (LogLine) -> Void)? = nil) {
        state = Mutex(State(openStreams: streams))
        self.each = each
    }

    /// Oldest first.
    var tail: [String] { state.withLock { $0.tail } }

    /// - Parameter head: what precedes the line in its log.
    func add(_ line: [UInt8], behind head: @autoclosure () -> [UInt8]) {
        if let each, let whole = LogLine(line: head() + line) { each(whole) }
        guard !line.isEmpty else { return }
        let text = String(
            String(decoding: line.prefix(4 * TaskOutput.tailCharacters), as: UTF8.self).prefix(
                TaskOutput.tailCharacters))
        state.withLock { state in
            state.tail.append(text)
            if state.tail.count > TaskOutput.tailLines { state.tail.removeFirst() }
        }
    }

    func streamEnded() {
        let waiters = state.withLock { state -> [@Sendable () -> Void] in
            state.openStreams -= 1
            guard state.openStreams == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    /// Returns when everything is read; at the latest after `limit`, for a process that escaped its group may hold the pipe.
    func complete(within limit: Duration) async {
        await withCheckedContinuation { continuation in
            let once = Once { continuation.resume() }
            let isComplete = state.withLock { state in
                if state.openStreams > 0 { state.waiters.append(once.call) }
                return state.openStreams == 0
            }
            if isComplete { return once.call() }
            Task {
                // Only this task's own end could cut the sleep short, and nobody cancels it.
                try? await Task.sleep(for: limit)
                once.call()
            }
        }
    }
}

/// Runs its body at the first call and never again.
final class Once: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    @Sendable func call() {
        let body = body.withLock { body in
            defer { body = nil }
            return body
        }
        body?()
    }
}
