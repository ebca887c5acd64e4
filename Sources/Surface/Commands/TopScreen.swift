import Foundation
import Stacks

/// A stack that somebody watches: what the newest look at it has found.
protocol WatchedStack: Sendable {
    /// Seconds from one look to the next.
    static var interval: Int { get }

    /// Throws when there is nothing more to see.
    mutating func look() async throws
    /// None is longer than `columns`.
    func lines(_ columns: Int) -> [String]
}

/// The terminal's second screen while somebody watches a stack that runs elsewhere, drawn each second until a key or a signal ends it.
struct TopScreen<Watched: WatchedStack> {
    let watched: Watched
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
        var (watched, lastSize) = (watched, WindowSize?.none)
        while !Task.isCancelled {
            do { try await watched.look() } catch is CancellationError { return }
            for _ in 0..<Watched.interval {
                let size = surroundings.windowSize()
                surroundings.output(frame(watched.lines(size.columns), size, isResized: size != lastSize))
                lastSize = size
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    private func frame(_ lines: [String], _ size: WindowSize, isResized: Bool) -> String {
        let footer = ["", surroundings.style.dim("q ends this view; the stack runs on").clipped(to: size.columns)]
        // 2026: the terminal shows the frame as a whole. K and J erase what the last frame had more.
        return "\u{1B}[?2026h" + (isResized ? "\u{1B}[2J" : "") + "\u{1B}[H"
            + (lines.prefix(max(0, size.rows - 2)) + footer.suffix(min(2, size.rows))).map { $0 + "\u{1B}[K" }
            .joined(separator: "\r\n")
            + "\u{1B}[J\u{1B}[?2026l"
    }
}
