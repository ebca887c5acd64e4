/// A failure of the database tier as a small report: what was tried, what came back, what is left, what to do.
package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    package var attempt: String
    package var answer: String
    /// What is true now; nil when nothing changed.
    package var state: String?
    /// nil when Terrace goes on by itself.
    package var next: String?

    package init(_ attempt: String, answer: String, state: String? = nil, next: String? = nil) {
        self.attempt = attempt
        self.answer = answer
        self.state = state
        self.next = next
    }

    /// For a log.
    var line: String { "cannot \(attempt): \(answer)" + (next.map { "; \($0)" } ?? "") }

    package var description: String {
        var lines = ["cannot \(attempt): \(answer)"]
        if let state { lines.append("  state     \(state)") }
        if let next { lines.append("  next      \(next)") }
        return lines.joined(separator: "\n")
    }
}
