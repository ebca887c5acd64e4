import Machine

import struct Foundation.Date

/// A moment in milliseconds since 1970, written as RFC 3339 in UTC. By hand, because a flooding task needs it a hundred
/// thousand times a second.
struct LogTime: Sendable, Equatable {
    static let length = 24
    var milliseconds: Int

    init(milliseconds: Int) { self.milliseconds = milliseconds }

    static var now: LogTime {
        LogTime(milliseconds: Int(SystemClock.wall / 1_000_000))
    }

    var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// `2026-11-23T14:47:00.123Z`
    var text: [UInt8] {
        let (days, rest) = LogTime.floor(milliseconds, by: 86_400_000)
        let (year, month, day) = LogTime.civil(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(LogTime.length)
        func append(_ value: Int, digits: Int, then mark: Character) {
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
            text += mark.utf8
        }
        append(year, digits: 4, then: "-")
        append(month, digits: 2, then: "-")
        append(day, digits: 2, then: "T")
        append(rest / 3_600_000, digits: 2, then: ":")
        append(rest / 60_000 % 60, digits: 2, then: ":")
        append(rest / 1000 % 60, digits: 2, then: ".")
        append(rest % 1000, digits: 3, then: "Z")
        return text
    }

    /// Takes exactly what `text` writes.
    init?(text: some Collection<UInt8>) {
        let bytes = Array(text)
        guard bytes.count == LogTime.length, bytes[10] == UInt8(ascii: "T"), bytes[23] == UInt8(ascii: "Z") else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let fraction = number(20..<23),
            (1...12).contains(month)
        else { return nil }
        let days = LogTime.days(year: year, month: month, day: day)
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    private static func floor(_ value: Int, by divisor: Int) -> (Int, Int) {
        let rest = (value % divisor + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floor(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Source: the same, days_from_civil.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let (era, yearOfEra) = floor(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
