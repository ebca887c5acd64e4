import AWSWire
import Synchronization

/// Answers of describe calls. Whoever asks the same thing at about the same time shares one call: kinds that need the same
/// list while everything is found, and resources of a kind that are waited for together.
final class Looks: Sendable {
    private struct Entry {
        /// When the call began, in time since the target was made.
        let began: Duration
        let answer: Task<any Sendable, any Error>
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let removal = Mutex(Duration.zero)

    /// When something was last seen to go: what was seen before may show it still.
    var lastRemoval: Duration { removal.withLock { $0 } }

    func noteRemoval(at now: Duration) { removal.withLock { $0 = max($0, now) } }

    /// The answer of a call that began at `oldest` or later; makes one if there is none.
    func answer<Answer: Sendable>(
        to question: String, oldest: Duration, now: Duration, _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let entry = entries.withLock { entries in
            if let entry = entries[question], entry.began >= oldest { return entry }
            let entry = Entry(began: now, answer: Task { try await ask() })
            entries[question] = entry
            return entry
        }
        do {
            guard let answer = try await entry.answer.value as? Answer else {
                preconditionFailure("two kinds of answer are kept for \(question)")
            }
            return answer
        } catch {
            if !Self.isAnswer(error) { forget(question, since: entry.began) }
            throw error
        }
    }

    /// That something is not there, or may not be seen, is an answer; that nobody answered is none.
    private static func isAnswer(_ error: any Error) -> Bool {
        guard let error = error as? AWSError else { return false }
        return ![.transient, .timeout, .throttling, .unreadable].contains(error.kind)
    }

    private func forget(_ question: String, since began: Duration) {
        entries.withLock { entries in
            if entries[question]?.began == began { entries[question] = nil }
        }
    }
}
