import ArgumentParser
import LocalTarget
import Stacks
import Synchronization

/// A change that the supervisor carries out whether or not somebody watches: who stops watching is told that it goes on.
enum WatchedChange {
    typealias Body<Value> = @Sendable (_ sent: @escaping @Sendable () -> Void) async throws -> Value

    /// Throws exit code 130 when the user stopped it.
    /// - Parameter goesOn: a sentence for who leaves.
    static func watch<Value: Sendable>(_ goesOn: String, _ body: @escaping Body<Value>) async throws -> Value {
        let surroundings = Surroundings.current
        let isSent = SentMark()
        let signals = surroundings.stopSignals()
        let work = Task { try await body { isSent.set() } }
        signals.handle { _ in work.cancel() }
        do {
            return try await work.value
        } catch {
            // A report that came first is the change's own end.
            guard signals.wasAsked, !isSent.isSet || !(error is Report) else { throw error }
            surroundings.errors(isSent.isSet ? "\(goesOn)\n" : "nothing was changed\n")
            throw ExitCode(130)
        }
    }

    private final class SentMark: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }
}
