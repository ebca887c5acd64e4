import Synchronization

/// Where something is said that nobody has asked for: beside what is shown while a plan is carried out, else on standard error.
final class ChangeNotes: Sendable {
    private let surroundings: Surroundings
    private let progress = Mutex<ChangeProgress?>(nil)

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    func begin(_ shown: ChangeProgress) { progress.withLock { $0 = shown } }
    func end() { progress.withLock { $0 = nil } }

    @Sendable func add(_ text: String) {
        if let progress = progress.withLock({ $0 }) {
            progress.note(text, surroundings)
        } else {
            surroundings.errors(text + "\n")
        }
    }
}
