import Foundation
import LocalTarget

/// What foreground `up` shows on a terminal: the status, and below it the newest events and log lines, as many as fit.
struct LiveView {
    var style: TextStyle
    var size: WindowSize
    var now: Date
    var timeZone: TimeZone

    /// Exactly what fits the window: never more lines than rows, none wider than the columns.
    func lines(
        stack: String, status: StackStatus?, requestsPerSecond: Double?, events: [StackEvent], logs: [LogLine],
        notice: String
    ) -> [String] {
        let view = StatusView(style: style, width: size.columns, now: now, requestsPerSecond: requestsPerSecond)
        let upper = status.map(view.lines) ?? ["\(style.bold(stack))  \(style.paint("starting", .yellow))"]
        let footer = style.dim(notice)
        // One line is the footer's; each section below the status has a heading and a blank line.
        let room = size.rows - min(upper.count, size.rows - 1) - 1
        let logRoom = logs.isEmpty ? 0 : max(0, room / 2)
        let eventLines = section("EVENTS", events.map { eventLine($0) }, room: room - logRoom)
        let logLines = section("LOGS", logs.map { logLine($0) }, room: room - eventLines.count)
        let all = upper.prefix(max(0, size.rows - 1)) + eventLines + logLines + [footer]
        return all.map { $0.clipped(to: size.columns) }
    }

    private func section(_ title: String, _ lines: [String], room: Int) -> [String] {
        guard room > 2, !lines.isEmpty else { return [] }
        return ["", style.dim(title)] + lines.suffix(room - 2)
    }

    private func eventLine(_ event: StackEvent) -> String {
        EventLine(style: style, timeZone: timeZone).text(event)
    }

    private func logLine(_ line: LogLine) -> String {
        var shown = line
        shown.text = line.text.printable
        return LogLineView(style: style, timeZone: timeZone).text(shown)
    }
}

/// Requests a second out of counts since the start.
struct RequestRate {
    private var last: (requests: Int, at: Date)?
    private(set) var perSecond: Double?

    /// Over at least a second, so that the figure can be read.
    mutating func update(_ requests: Int, at now: Date) {
        guard let last else {
            last = (requests, now)
            return
        }
        let elapsed = now.timeIntervalSince(last.at)
        guard elapsed >= 1 else { return }
        perSecond = max(0, Double(requests - last.requests) / elapsed)
        self.last = (requests, now)
    }
}
