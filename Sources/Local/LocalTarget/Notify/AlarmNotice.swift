package import Foundation
import Stacks
package import TrafficRules

/// What is told of an alarm that began or ended.
package struct AlarmNotice: Sendable, Equatable {
    package var stack: String
    package var alarm: String
    package var state: AlarmState
    package var previous: AlarmState
    package var summary: String
    package var reason: String
    package var value: Double?
    package var threshold: Double
    package var time: Date

    package init(_ transition: AlarmTransition, stack: String, at time: Date) {
        self.stack = stack
        self.time = time
        alarm = transition.definition.word
        state = transition.to
        previous = transition.from
        summary = transition.definition.summary
        reason = transition.reason
        value = transition.value
        threshold = transition.definition.threshold
    }

    /// `ALARM guestbook errors: 5 % of the requests fail in a task`
    package var title: String { "\(state.rawValue) \(stack) \(alarm): \(summary)" }

    /// The body of a webhook. `text` is what chat servers show of it.
    package func json() throws -> [UInt8] {
        struct Body: Encodable {
            var text, stack, alarm, state, previous, summary, reason, time: String
            var value: Double?
            var threshold: Double
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(
            try encoder.encode(
                Body(
                    text: "\(title) (\(reason))", stack: stack, alarm: alarm, state: state.rawValue,
                    previous: previous.rawValue, summary: summary, reason: reason,
                    time: time.formatted(.iso8601), value: value, threshold: threshold)))
    }

    /// A whole mail with its head, lines ended by CR LF (RFC 5322). `id` makes it one of its kind.
    package func mail(from sender: String, to receivers: [String], id: String) -> String {
        let place = sender.split(separator: "@").last ?? "localhost"
        let lines = [
            "From: Terrace <\(sender)>", "To: \(receivers.joined(separator: ",\r\n "))", "Subject: \(title)",
            "Date: \(Self.mailDate(time))", "Message-ID: <\(id)@\(place)>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Auto-Submitted: auto-generated", "",
            "\(alarm) of \(stack) is in state \(state.rawValue); it was \(previous.rawValue).", "", summary, reason, "",
            "`terrace status` shows how the stack is.",
        ]
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// `Sun, 29 Nov 2026 12:00:00 +0000`: HTTP's date with a zone in digits, as RFC 5322 wants it.
    private static func mailDate(_ time: Date) -> String {
        let date = HTTPDate.format(WallTime(seconds: Int(time.timeIntervalSince1970)))
        return String(decoding: date, as: UTF8.self).replacing("GMT", with: "+0000")
    }
}
