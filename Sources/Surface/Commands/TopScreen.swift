import Foundation
import LocalTarget
import Stacks
import Synchronization

/// The terminal's second screen while somebody watches a stack that runs elsewhere: one look a second, until a key or a signal ends it.
struct TopScreen {
    private static let interval = Duration.seconds(1)

    let client: ControlClient
    let surroundings: Surroundings

    /// Returns when the user has seen enough; throws when the stack is gone. The terminal is as before either way.
    func run() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let signals = StopSignals()
        signals.handle { _ in end.yield() }
        let giveBack = surroundings.readKeys { key in if key == "q" || key == "Q" { end.yield() } }
        surroundings.output("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
        defer {
            surroundings.output("\u{1B}[?25h\u{1B}[?1049l")
            giveBack?()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await draw() }
            group.addTask { for await _ in ends { return } }
            defer { group.cancelAll() }
            try await group.next()
        }
        withExtendedLifetime(signals) {}
    }

    private func draw() async throws {
        var history = RequestHistory()
        var lastSize: WindowSize?
        while !Task.isCancelled {
            let status: StackStatus
            do {
                status = try await client.status()
            } catch is ControlClient.NotRunning {
                throw Report("the stack has stopped", next: "`terrace up` starts it again")
            }
            history.note(status, at: surroundings.now())
            let size = surroundings.windowSize()
            surroundings.output(frame(status, history, size, isResized: size != lastSize))
            lastSize = size
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    private func frame(
        _ status: StackStatus, _ history: RequestHistory, _ size: WindowSize, isResized: Bool
    ) -> String {
        let view = TopView(
            style: surroundings.style, columns: size.columns, now: surroundings.now(), timeZone: surroundings.timeZone)
        let lines = view.lines(status, history).prefix(max(0, size.rows - 2))
        let footer = ["", surroundings.style.dim("q ends this view; the stack runs on").clipped(to: size.columns)]
        // 2026: the terminal shows the frame as a whole. K and J erase what the last frame had more.
        return "\u{1B}[?2026h" + (isResized ? "\u{1B}[2J" : "") + "\u{1B}[H"
            + (lines + footer.suffix(min(2, size.rows))).map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
            + "\u{1B}[J\u{1B}[?2026l"
    }
}

/// Requests a second, look by look, of the edge and of each service.
struct RequestHistory {
    /// More than a line shows.
    static let kept = 60

    private var last: (requests: [String: Int], at: Date)?
    private(set) var rates: [String: [Double]] = [:]

    /// The edge's are under the empty name.
    mutating func note(_ status: StackStatus, at now: Date) {
        var requests = ["": status.edge.traffic.requests]
        for service in status.services { requests[service.name] = service.traffic.requests }
        defer { last = (requests, now) }
        guard let last else { return }
        let elapsed = now.timeIntervalSince(last.at)
        guard elapsed > 0 else { return }
        for (name, count) in requests {
            guard let before = last.requests[name] else { continue }
            let rate = max(0, Double(count - before)) / elapsed
            rates[name] = Array(((rates[name] ?? []) + [rate]).suffix(Self.kept))
        }
    }
}
