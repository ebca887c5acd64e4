package import struct Foundation.Date

/// One line that a task wrote.
package struct LogLine: Codable, Sendable, Equatable {
    package enum Stream: String, Codable, Sendable {
        case out, err
        /// A remark of Terrace's own, such as how many lines were lost to a full disk.
        case note
    }

    /// When Terrace read it, in milliseconds.
    package var time: Date
    /// `web.3`
    package var task: String
    package var stream: Stream
    package var text: String

    package init(time: Date, task: String, stream: Stream, text: String) {
        self.time = time
        self.task = task
        self.stream = stream
        self.text = text
    }

    /// One line of a log file: `2026-11-23T14:47:00.123Z web.3 out text`. nil when it is none.
    init?(line: some Collection<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let time = LogTime(text: parts[0]),
            let stream = Stream(rawValue: String(decoding: parts[2], as: UTF8.self))
        else { return nil }
        self.init(
            time: time.date, task: String(decoding: parts[1], as: UTF8.self), stream: stream,
            text: String(decoding: parts[3], as: UTF8.self))
    }
}
