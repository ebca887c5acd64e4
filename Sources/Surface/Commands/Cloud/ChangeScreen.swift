import Foundation
import Provisioning
import Stacks
import Synchronization

/// The lower end of the terminal while a plan is carried out, drawn four times a second over itself. What has to stay goes
/// above it and scrolls away as usual.
final class ChangeScreen: Sendable {
    private struct Content {
        var tree: ChangeTree
        var drawn = 0
        var notice = ""
        var isOpen = true
    }

    private static let interval = Duration.milliseconds(250)

    private let surroundings: Surroundings
    private let line: ChangeLine
    private let content: Mutex<Content>
    private let start = ContinuousClock.now

    init(_ tree: ChangeTree, line: ChangeLine, surroundings: Surroundings) {
        self.surroundings = surroundings
        self.line = line
        content = Mutex(Content(tree: tree))
    }

    func add(_ event: ApplyEvent) {
        content.withLock { content in
            content.tree.add(event)
            switch event.happening {
            case .failed, .kept:
                erase(&content)
                if let text = line.text(event) { surroundings.say(text) }
            default: break
            }
        }
    }

    func note(_ notice: String) { content.withLock { $0.notice = notice } }

    /// Until it is cancelled.
    func draw() async {
        while !Task.isCancelled {
            content.withLock { content in
                if content.isOpen { redraw(&content) }
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    func close() {
        content.withLock { content in
            guard content.isOpen else { return }
            erase(&content)
            content.isOpen = false
        }
    }

    /// A frame is one write, so that nothing flickers.
    private func redraw(_ content: inout Content) {
        let size = surroundings.windowSize()
        let lines = content.tree.lines(
            now: ContinuousClock.now - start, width: size.columns, rows: max(1, size.rows - 1), notice: content.notice,
            style: surroundings.style)
        let up = content.drawn > 0 ? "\u{1B}[\(content.drawn)A" : ""
        surroundings.output("\u{1B}[?2026h\(up)\r" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J\u{1B}[?2026l")
        content.drawn = lines.count
    }

    private func erase(_ content: inout Content) {
        guard content.drawn > 0 else { return }
        surroundings.output("\u{1B}[\(content.drawn)A\r\u{1B}[J")
        content.drawn = 0
    }
}
