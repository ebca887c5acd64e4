import Foundation
import Provisioning
import Resources

/// Shows an apply while it goes on: a tree on a terminal, lines elsewhere, JSON for programs.
enum ChangeProgress: Sendable {
    case screen(ChangeScreen)
    case lines(ChangeLine)
    case json

    static func make(_ title: String, jobs: [Job], json: Bool, _ surroundings: Surroundings) -> ChangeProgress {
        if json { return .json }
        let line = ChangeLine(style: surroundings.style, width: jobs.map(\.address.text.count).max() ?? 0)
        guard surroundings.isOutputTerminal else { return .lines(line) }
        return .screen(ChangeScreen(ChangeTree(title, jobs: jobs), line: line, surroundings: surroundings))
    }

    /// Returns when there are no more events.
    func follow(_ events: AsyncStream<ApplyEvent>, _ surroundings: Surroundings) async {
        switch self {
        case .json:
            for await event in events { say(ChangeDocument.Event(event), surroundings) }
        case .lines(let line):
            for await event in events {
                if let text = line.text(event) { surroundings.say(text) }
            }
        case .screen(let screen):
            let drawing = Task { await screen.draw() }
            for await event in events { screen.add(event) }
            drawing.cancel()
            screen.close()
        }
    }

    /// What cannot be written is said; the changes go on.
    private func say(_ event: ChangeDocument.Event, _ surroundings: Surroundings) {
        do { surroundings.say(try ChangeDocument.line(event)) } catch {
            surroundings.errors("\(event.event) of \(event.address) cannot be written as JSON: \(error)\n")
        }
    }

    /// What the user's wish to stop has led to, and what becomes of the lease.
    func note(_ text: String, _ surroundings: Surroundings) {
        switch self {
        case .screen(let screen): screen.note(text)
        case .lines, .json: surroundings.errors(text + "\n")
        }
    }
}
