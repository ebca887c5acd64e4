import Foundation
import LocalTarget
import Synchronization

/// The terminal's second screen while a stack runs in the foreground, drawn four times a second. A frame is one write
/// and every line overwrites its predecessor, so that nothing flickers.
final class LiveScreen: Sendable {
    private struct Content {
        var supervisor: (any StackSupervisor)?
        var events: [StackEvent] = []
        var logs: [LogLine] = []
        var rate = RequestRate()
        var lastSize: WindowSize?
        var isOpen = false
    }

    /// More than any window shows.
    private static let kept = 200
    private static let interval = Duration.milliseconds(250)

    private let stack: String
    private let surroundings: Surroundings
    private let signals: StopSignals
    private let content = Mutex(Content())

    init(stack: String, surroundings: Surroundings, signals: StopSignals) {
        self.stack = stack
        self.surroundings = surroundings
        self.signals = signals
    }

    func open() {
        content.withLock { $0.isOpen = true }
        surroundings.output("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    }

    /// Gives the user's own screen back, once.
    func close() {
        content.withLock { content in
            if content.isOpen { surroundings.output("\u{1B}[?25h\u{1B}[?1049l") }
            content.isOpen = false
        }
    }

    func add(_ event: StackEvent) {
        content.withLock { $0.events = ($0.events + [event]).suffix(LiveScreen.kept) }
    }

    func follow(_ supervisor: any StackSupervisor) {
        content.withLock { $0.supervisor = supervisor }
        Task { [weak self] in
            let lines = try await supervisor.logs(LogQuery(last: 50, follow: true)).lines
            for await line in lines { self?.add(line) }
        }
    }

    private func add(_ line: LogLine) {
        content.withLock { $0.logs = ($0.logs + [line]).suffix(LiveScreen.kept) }
    }

    /// Until it is cancelled.
    func draw() async {
        while !Task.isCancelled {
            let supervisor = content.withLock { $0.supervisor }
            let status = await supervisor?.status()
            content.withLock { content in
                if content.isOpen { surroundings.output(frame(status, &content)) }
            }
            try? await Task.sleep(for: LiveScreen.interval)
        }
    }

    private func frame(_ status: StackStatus?, _ content: inout Content) -> String {
        let now = surroundings.now()
        let size = surroundings.windowSize()
        if let status { content.rate.update(status.edge.traffic.requests, at: now) }
        let view = LiveView(style: surroundings.style, size: size, now: now, timeZone: surroundings.timeZone)
        let lines = view.lines(
            stack: stack, status: status, requestsPerSecond: content.rate.perSecond, events: content.events,
            logs: content.logs, notice: notice)
        let isResized = content.lastSize != size
        content.lastSize = size
        // 2026: the terminal shows the frame as a whole. K and J erase what the last frame had more.
        return "\u{1B}[?2026h" + (isResized ? "\u{1B}[2J" : "") + "\u{1B}[H"
            + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J\u{1B}[?2026l"
    }

    private var notice: String {
        signals.wasAsked ? "stopping; Ctrl-C again stops at once" : "Ctrl-C stops the stack; its data is kept"
    }
}
