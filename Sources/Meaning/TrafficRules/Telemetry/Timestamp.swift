import Stacks

/// Moments in ISO 8601 in UTC with microseconds, `2026-11-23T14:47:00.123456Z`. Those of a log lie mostly in the second of the one before,
/// whose text is kept.
package struct TimestampText: Sendable {
    private var second = Int.min
    /// `2026-11-23T14:47:00.`
    private var kept: [UInt8] = []

    package init() {}

    package mutating func append(_ time: WallTime, to bytes: inout [UInt8]) {
        let (whole, attoseconds) = time.sinceEpoch.components
        let isBeforeSecond = attoseconds < 0
        let seconds = Int(whole) - (isBeforeSecond ? 1 : 0)
        let fraction = (isBeforeSecond ? attoseconds + 1_000_000_000_000_000_000 : attoseconds) / 1_000_000_000_000
        if seconds != second { write(seconds) }
        bytes.append(contentsOf: kept)
        bytes.append(decimal: Int(fraction), width: 6)
        bytes.append(90)
    }

    private mutating func write(_ seconds: Int) {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let (date, time) = (CivilDate(daysSinceEpoch: days), seconds - days * 86_400)
        second = seconds
        kept.removeAll(keepingCapacity: true)
        kept.append(decimal: date.year, width: 4)
        kept.append(45)
        kept.append(decimal: date.month, width: 2)
        kept.append(45)
        kept.append(decimal: date.day, width: 2)
        kept.append(84)
        kept.append(decimal: time / 3600, width: 2)
        kept.append(58)
        kept.append(decimal: time / 60 % 60, width: 2)
        kept.append(58)
        kept.append(decimal: time % 60, width: 2)
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
