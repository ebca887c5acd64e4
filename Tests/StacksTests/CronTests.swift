import Testing

@testable import Stacks

/// Starts as an independent reckoning over every minute of IANA's zones gives them (tz 2025b).
@Suite struct CronTests {
    /// The clocks of a few zones in 2026: seconds ahead of UTC, and the moments at which that changes.
    struct Zone: Sendable {
        var first: Int
        var changes: [(at: String, offset: Int)] = []

        static let utc = Zone(first: 0)
        static let berlin = Zone(
            first: 3600, changes: [("2026-03-29 01:00:00", 7200), ("2026-10-25 01:00:00", 3600)])
        static let newYork = Zone(
            first: -18_000, changes: [("2026-03-08 07:00:00", -14_400), ("2026-11-01 06:00:00", -18_000)])
        /// Half an hour of summer.
        static let lordHowe = Zone(
            first: 39_600, changes: [("2026-04-04 15:00:00", 37_800), ("2026-10-03 15:30:00", 39_600)])

        func offset(_ moment: Int) -> Int {
            changes.last { CronTests.moment($0.at) <= moment }?.offset ?? first
        }
    }

    static let table: [(schedule: String, zone: Zone, from: String, starts: [String])] = [
        (
            "*/15 8-18 * * MON-FRI", .utc, "2026-11-27 18:40:30",
            ["2026-11-27 18:45", "2026-11-30 08:00", "2026-11-30 08:15"]
        ),
        ("30 3 * * *", .utc, "2026-11-29 03:30:00", ["2026-11-30 03:30", "2026-12-01 03:30"]),
        ("30 3 * * *", .utc, "2026-11-29 03:29:59", ["2026-11-29 03:30"]),
        ("0 0 1 1 *", .utc, "2026-11-29 12:00:00", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("0 12 31 * *", .utc, "2026-01-31 12:00:00", ["2026-03-31 12:00", "2026-05-31 12:00", "2026-07-31 12:00"]),
        ("0 0 29 2 *", .utc, "2026-03-01 00:00:00", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("0 0 29 2 *", .utc, "2096-02-29 00:00:00", ["2104-02-29 00:00"]),
        (
            "5,50-59/3 23 * DEC SUN", .utc, "2026-11-29 12:00:00",
            ["2026-12-06 23:05", "2026-12-06 23:50", "2026-12-06 23:53", "2026-12-06 23:56", "2026-12-06 23:59"]
        ),
        ("0 9 * * 5-7", .utc, "2026-11-27 09:00:00", ["2026-11-28 09:00", "2026-11-29 09:00", "2026-12-04 09:00"]),
        ("0 9 * * fri-Sun", .utc, "2026-11-26 09:00:00", ["2026-11-27 09:00", "2026-11-28 09:00", "2026-11-29 09:00"]),
        ("59 23 31 12 *", .utc, "2026-12-31 23:59:00", ["2027-12-31 23:59"]),
        ("0 6 * * MON", .newYork, "2026-10-30 00:00:00", ["2026-11-02 11:00", "2026-11-09 11:00"]),
        // The clock is put forward from two to three: half past two is skipped, three is not.
        (
            "30 2 * * *", .berlin, "2026-03-28 00:00:00",
            ["2026-03-28 01:30", "2026-03-30 00:30", "2026-03-31 00:30"]
        ),
        ("0 3 * * *", .berlin, "2026-03-28 12:00:00", ["2026-03-29 01:00", "2026-03-30 01:00"]),
        (
            "*/30 * * * *", .berlin, "2026-03-29 00:00:00",
            ["2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30", "2026-03-29 02:00"]
        ),
        // It is put back from three to two: what it shows twice is taken once.
        (
            "30 2 * * *", .berlin, "2026-10-24 00:00:00",
            ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]
        ),
        (
            "*/30 * * * *", .berlin, "2026-10-25 00:00:00",
            ["2026-10-25 00:30", "2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 03:00"]
        ),
        ("0 2 * * *", .berlin, "2026-10-25 00:30:00", ["2026-10-26 01:00"]),
        (
            "15 2 * * *", .lordHowe, "2026-10-02 00:00:00",
            ["2026-10-02 15:45", "2026-10-04 15:15", "2026-10-05 15:15"]
        ),
        (
            "45 1 * * *", .lordHowe, "2026-04-03 20:00:00",
            ["2026-04-04 14:45", "2026-04-05 15:15", "2026-04-06 15:15"]
        ),
    ]

    @Test(arguments: table.indices) func startsWhenItsFieldsSay(index: Int) throws {
        let row = Self.table[index]
        let schedule = try CronSchedule.read(row.schedule).get()
        var moment = Self.moment(row.from)
        for start in row.starts {
            moment = try #require(schedule.next(after: moment, offset: row.zone.offset))
            #expect(Self.text(moment) == start, "\(row.schedule)")
        }
    }

    /// Twenty-eight years have 10,227 days, 1461 of each day of the week, seven of 29 February.
    @Test(
        arguments: [
            ("* * * * *", 10_227 * 1440), ("30 3 * * *", 10_227), ("30 3 * * MON-FRI", 5 * 1461), ("0 0 1 * *", 336),
            ("0 0 29 2 *", 7), ("*/15 8-18 * * SUN", 1461 * 44),
        ])
    func aCycleHasAsManyStartsAsItsCalendar(text: String, starts: Int) throws {
        #expect(try CronSchedule.read(text).get().startsOfCycle == starts)
    }

    @Test func spacesBetweenFieldsDoNotMatter() throws {
        #expect(try CronSchedule.read(" 1  2\t3 4   * ").get().text == "1 2 3 4 *")
    }

    /// `2026-11-29 03:30`, with or without seconds.
    static func moment(_ text: String) -> Int {
        let parts = text.split { "- :".contains($0) }.compactMap { Int($0) }
        let days = CivilDate(year: parts[0], month: parts[1], day: parts[2]).daysSinceEpoch
        return days * 86_400 + parts[3] * 3600 + parts[4] * 60 + (parts.count > 5 ? parts[5] : 0)
    }

    private static func text(_ moment: Int) -> String {
        let date = CivilDate(daysSinceEpoch: moment / 86_400)
        let parts = [date.month, date.day, moment / 3600 % 24, moment / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(date.year)-\(parts[0])-\(parts[1]) \(parts[2]):\(parts[3])"
    }
}
