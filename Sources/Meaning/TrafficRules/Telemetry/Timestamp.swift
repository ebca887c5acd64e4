import Stacks

/// Moments in ISO 8601 in UTC with microseconds, `2026-11-23T14:47:00.123456Z`. Those of a log lie mostly in the second of the one before,
/// whose text is kept.
package struct TimestampText: Sendable {
    private var second = Int.min
    /// `2026-11-23T14:47:00.`
    private var kept: [UInt8] = []

    package init() {}

    package mutating func append(_ time: WallTime, to bytes: inout [UInt8]) {
        keep(time.wholeSeconds)
        bytes.append(contentsOf: kept)
        bytes.append(decimal: time.microseconds, width: 6)
        bytes.append(90)
    }

    mutating func write(_ time: WallTime, to line: inout LineWriter) {
        keep(time.wholeSeconds)
        line.write(kept)
        line.write(decimal: time.microseconds, width: 6)
        line.write("Z")
    }

    private mutating func keep(_ seconds: Int) {
        guard seconds != second else { return }
        let time = CalendarSecond(seconds)
        second = seconds
        kept.removeAll(keepingCapacity: true)
        kept.append(decimal: time.date.year, width: 4)
        kept.append(45)
        kept.append(decimal: time.date.month, width: 2)
        kept.append(45)
        kept.append(decimal: time.date.day, width: 2)
        kept.append(84)
        time.appendTime(to: &kept)
        kept.append(46)
    }
}

extension [UInt8] {
    /// One of its own; see `TimestampText`.
    package mutating func append(timestamp time: WallTime) {
        var text = TimestampText()
        text.append(time, to: &self)
    }
}
