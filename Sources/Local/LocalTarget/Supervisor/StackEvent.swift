package import struct Foundation.Date

/// Something that happened and that a person may want to know: one line on screen and in the supervisor's log.
package struct StackEvent: Codable, Sendable, Equatable {
    package enum Level: String, Codable, Sendable {
        case info, warning, error
    }

    package var time: Date
    /// The same words as `Problem.subject`: `edge`, `service web`, `task web.3`, `database`, `stack`.
    package var subject: String
    /// One line, no full stop: `healthy after 0.4 s`.
    package var message: String
    package var level: Level

    package init(time: Date, subject: String, message: String, level: Level = .info) {
        self.time = time
        self.subject = subject
        self.message = message
        self.level = level
    }
}
