import Synchronization

/// What has happened lately, for whoever comes later, and what happens from now on, for whoever listens.
final class EventJournal: Sendable {
    /// How many events are kept.
    private static let kept = 200

    private struct State {
        var events: [StackEvent] = []
        var listeners: [Int: AsyncStream<StackEvent>.Continuation] = [:]
        var lastListener = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let first: @Sendable (StackEvent) -> Void

    /// `first` is told every event, in order and at once.
    init(_ first: @escaping @Sendable (StackEvent) -> Void) { self.first = first }

    func add(_ event: StackEvent) {
        state.withLock { state in
            state.events.append(event)
            if state.events.count > Self.kept { state.events.removeFirst() }
            for listener in state.listeners.values { listener.yield(event) }
        }
        first(event)
    }

    /// The kept events unless `withPast` is false, then new ones; a listener that does not keep up misses the oldest.
    func stream(withPast: Bool = true) -> AsyncStream<StackEvent> {
        AsyncStream(bufferingPolicy: .bufferingNewest(Self.kept * 2)) { continuation in
            let id = state.withLock { state -> Int? in
                if withPast { for event in state.events { continuation.yield(event) } }
                guard !state.isFinished else { return nil }
                state.lastListener += 1
                state.listeners[state.lastListener] = continuation
                return state.lastListener
            }
            guard let id else { return continuation.finish() }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.listeners[id] = nil }
            }
        }
    }

    func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
