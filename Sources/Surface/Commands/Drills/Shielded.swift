import Synchronization

/// A cancellation reaches what is done inside, and not what is held around it: a lease is given back by calls, too.
enum Shielded {
    private struct State {
        var cancel: (@Sendable () -> Void)?
        var isCancelled = false
    }

    /// - Parameter hold: calls what it is given once.
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result,
        within hold: @escaping @Sendable (@escaping @Sendable () async throws -> Result) async throws -> Result
    ) async throws -> Result {
        let reached = Reached()
        return try await withTaskCancellationHandler {
            try await Task {
                try await hold {
                    let task = Task(operation: body)
                    reached.begin { task.cancel() }
                    return try await task.value
                }
            }.value
        } onCancel: {
            reached.cancel()
        }
    }

    private final class Reached: Sendable {
        private let state = Mutex(State())

        func begin(_ cancel: @escaping @Sendable () -> Void) {
            let isLate = state.withLock { state in
                state.cancel = cancel
                return state.isCancelled
            }
            if isLate { cancel() }
        }

        func cancel() {
            let cancel = state.withLock { state in
                state.isCancelled = true
                return state.cancel
            }
            cancel?()
        }
    }
}
