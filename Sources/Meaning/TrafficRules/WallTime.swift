import Stacks

/// A moment of the calendar, for dates in messages and logs. Lengths of time are measured on a monotonic clock instead,
/// because this one jumps.
package struct WallTime: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, rounded down. Apart from the rest, so that what needs a date divides nothing, and that the year 9999,
    /// which servers name for what shall never expire, has room.
    package let wholeSeconds: Int
    /// 0..<1 000 000 000
    private let nanosecond: Int32

    package init(seconds: Int) { (wholeSeconds, nanosecond) = (seconds, 0) }

    /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z.
    package init(nanoseconds: Int64) {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        wholeSeconds = Int(remainder < 0 ? quotient - 1 : quotient)
        nanosecond = Int32(remainder < 0 ? remainder + 1_000_000_000 : remainder)
    }

    /// Behind the whole second, 0..<1 000 000.
    var microseconds: Int { Int(nanosecond) / 1000 }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        (left.wholeSeconds, left.nanosecond) < (right.wholeSeconds, right.nanosecond)
    }
}

/// A day and its hour, minute and second in UTC.
struct CalendarSecond {
    let daysSinceEpoch: Int
    let date: CivilDate
    private let second: Int

    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    init(_ seconds: Int) {
        daysSinceEpoch = Int((Double(seconds) / 86_400).rounded(.down))
        date = CivilDate(daysSinceEpoch: daysSinceEpoch)
        second = seconds - daysSinceEpoch * 86_400
    }

    /// Adds `08:49:37`.
    func appendTime(to bytes: inout [UInt8]) {
        bytes.append(decimal: second / 3600, width: 2)
        bytes.append(58)
        bytes.append(decimal: second / 60 % 60, width: 2)
        bytes.append(58)
        bytes.append(decimal: second % 60, width: 2)
    }
}
