import Stacks

extension [UInt8] {
    /// ISO 8601 in UTC with microseconds: `2026-11-23T14:47:00.123456Z`.
    package mutating func append(timestamp time: WallTime) {
        let seconds = time.wholeSeconds
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let (date, second) = (CivilDate(daysSinceEpoch: days), seconds - days * 86_400)
        let fraction = (time.sinceEpoch - .seconds(seconds)).components.attoseconds / 1_000_000_000_000
        append(decimal: date.year, width: 4)
        append(45)
        append(decimal: date.month, width: 2)
        append(45)
        append(decimal: date.day, width: 2)
        append(84)
        append(decimal: second / 3600, width: 2)
        append(58)
        append(decimal: second / 60 % 60, width: 2)
        append(58)
        append(decimal: second % 60, width: 2)
        append(46)
        append(decimal: Int(fraction), width: 6)
        append(90)
    }
}
