import Stacks

/// Dates in fields, RFC 9110 §5.6.7: three forms are read, one is written.
package enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].map { Array($0.utf8) }
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, 29 bytes.
    package static func append(_ time: WallTime, to bytes: inout [UInt8]) {
        let time = CalendarSecond(time.wholeSeconds)
        let date = time.date
        bytes.append(contentsOf: days[CivilDate.weekday(daysSinceEpoch: time.daysSinceEpoch)])
        bytes.append(contentsOf: [44, 32])
        bytes.append(decimal: date.day, width: 2)
        bytes.append(32)
        bytes.append(contentsOf: months[date.month - 1])
        bytes.append(32)
        bytes.append(decimal: date.year, width: 4)
        bytes.append(32)
        time.appendTime(to: &bytes)
        bytes.append(text: " GMT")
    }

    package static func format(_ time: WallTime) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        append(time, to: &bytes)
        return bytes
    }

    /// IMF-fixdate, RFC 850 or asctime; nil for anything else. A two-digit year that would lie more than 50 years after
    /// `now` belongs to the century before.
    package static func parse(_ text: ArraySlice<UInt8>, now: WallTime) -> WallTime? {
        let trimmed = text.trimmed
        guard let comma = trimmed.prefix(10).firstIndex(of: 44) else { return asctime(trimmed) }
        let rest = trimmed[(comma + 1)...]
        let afterSpace = rest.first == 32 ? rest.dropFirst() : rest
        return comma - trimmed.startIndex == 3 ? fixdate(afterSpace) : rfc850(afterSpace, now: now)
    }

    /// `06 Nov 1994 08:49:37 GMT`
    private static func fixdate(_ text: ArraySlice<UInt8>) -> WallTime? {
        let at = text.startIndex
        guard text.count == 24, text[at + 2] == 32, text[at + 6] == 32, text[at + 11] == 32,
            text[(at + 20)...].elementsEqual(" GMT".utf8), let day = text[at..<at + 2].decimal(limit: 99),
            let month = month(text[at + 3..<at + 6]), let year = text[at + 7..<at + 11].decimal(limit: 9999)
        else { return nil }
        return moment(CivilDate(year: year, month: month, day: day), clock: text[at + 12..<at + 20])
    }

    /// `06-Nov-94 08:49:37 GMT`
    private static func rfc850(_ text: ArraySlice<UInt8>, now: WallTime) -> WallTime? {
        let at = text.startIndex
        guard text.count == 22, text[at + 2] == 45, text[at + 6] == 45, text[at + 9] == 32,
            text[(at + 18)...].elementsEqual(" GMT".utf8), let day = text[at..<at + 2].decimal(limit: 99),
            let month = month(text[at + 3..<at + 6]), let short = text[at + 7..<at + 9].decimal(limit: 99)
        else { return nil }
        let thisYear = CivilDate(daysSinceEpoch: now.wholeSeconds / 86_400).year
        var year = thisYear / 100 * 100 + short
        if year > thisYear + 50 { year -= 100 }
        return moment(CivilDate(year: year, month: month, day: day), clock: text[at + 10..<at + 18])
    }

    /// `Sun Nov  6 08:49:37 1994`
    private static func asctime(_ text: ArraySlice<UInt8>) -> WallTime? {
        let at = text.startIndex
        guard text.count == 24, text[at + 3] == 32, text[at + 7] == 32, text[at + 10] == 32, text[at + 19] == 32,
            let month = month(text[at + 4..<at + 7]), let day = text[at + 8..<at + 10].trimmed.decimal(limit: 99),
            let year = text[(at + 20)...].decimal(limit: 9999)
        else { return nil }
        return moment(CivilDate(year: year, month: month, day: day), clock: text[at + 11..<at + 19])
    }

    private static func month(_ text: ArraySlice<UInt8>) -> Int? {
        months.firstIndex { $0.elementsEqual(text) }.map { $0 + 1 }
    }

    /// `clock` is `hh:mm:ss`; a leap second is accepted.
    private static func moment(_ date: CivilDate, clock: ArraySlice<UInt8>) -> WallTime? {
        let at = clock.startIndex
        guard clock[at + 2] == 58, clock[at + 5] == 58, date.exists,
            let hour = clock[at..<at + 2].decimal(limit: 99), hour < 24,
            let minute = clock[at + 3..<at + 5].decimal(limit: 99), minute < 60,
            let second = clock[(at + 6)...].decimal(limit: 99), second <= 60
        else { return nil }
        return WallTime(seconds: date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second)
    }
}
