/// When a job starts: the five fields of cron, each a set of numbers. A minute of the calendar is named when every field has
/// it; either the days of the month or those of the week are all of them, so that the two need no rule between them.
package struct CronSchedule: Sendable, Equatable {
    /// As it was written, with one space between fields.
    package let text: String
    package let minutes: CronSet
    package let hours: CronSet
    package let days: CronSet
    package let months: CronSet
    /// 0 is Sunday.
    package let weekdays: CronSet

    /// 29 February is the rarest day: from 2096 it is eight years to the next.
    private static let horizon = 8 * 366 + 1
    private static let minutesOfDay = 1440
    /// Minutes that a clock leaves out or shows twice, at most: Samoa left out a whole day in 2011.
    private static let mostSkipped = 2 * minutesOfDay
}

// Reading.
extension CronSchedule {
    /// Nil for a text that is no schedule; the manifest says what is wrong with it.
    package init?(_ text: String) {
        guard case .success(let schedule) = CronSchedule.read(text) else { return nil }
        self = schedule
    }

    static let form = "minute hour day-of-month month day-of-week, such as 30 3 * * * or */15 8-18 * * MON-FRI"

    /// Every mistake of every field at once.
    static func read(_ text: String) -> Result<CronSchedule, CronMistakes> {
        let words = text.split { $0 == " " || $0 == "\t" }
        guard words.count == CronField.allCases.count else {
            let count = words.count == 1 ? "1 field" : "\(words.count) fields"
            return .failure(
                CronMistakes([
                    CronMistake(
                        message: "\(Excerpt.quoted(text)) has \(count)", allowed: "five fields: \(form)",
                        nearest: nicknames[text])
                ]))
        }
        var sets: [CronSet] = []
        var mistakes: [CronMistake] = []
        for (field, word) in zip(CronField.allCases, words) {
            do { sets.append(try field.read(word)) } catch { mistakes.append(error) }
        }
        guard mistakes.isEmpty else { return .failure(CronMistakes(mistakes)) }
        let schedule = CronSchedule(
            text: words.joined(separator: " "), minutes: sets[0], hours: sets[1], days: sets[2], months: sets[3],
            weekdays: sets[4])
        return schedule.contradiction.map { .failure(CronMistakes([$0])) } ?? .success(schedule)
    }

    /// cron's short ways. Source: crontab(5).
    private static let nicknames = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// What each field by itself does not show.
    private var contradiction: CronMistake? {
        if namesDays, weekdays != CronField.weekday.every {
            return CronMistake(
                message: "names days of the month and days of the week",
                allowed: "one of the two, and * for the other: cron would take either day, and a schedule on aws "
                    + "has no such rule; write two jobs")
        }
        let shortest = days.first(from: 1) ?? 1
        if months.numbers.allSatisfy({ CivilDate.longest(month: $0) < shortest }) {
            return CronMistake(
                message: "names a day that no such month has",
                allowed: "a day of the month that exists: the longest here has "
                    + "\(months.numbers.map(CivilDate.longest).max() ?? 31)")
        }
        return nil
    }

    private var namesDays: Bool { days != CronField.day.every }
}

/// Of one schedule; at least one.
struct CronMistakes: Error, Equatable {
    var all: [CronMistake]

    init(_ all: [CronMistake]) { self.all = all }
}

// The calendar.
extension CronSchedule {
    /// The first start after `moment`; nil when there is none within eight years. A clock that is put forward skips what it
    /// skips; when it is put back, what it shows twice is taken the first time only. Both are as EventBridge Scheduler has it.
    /// - Parameters:
    ///   - moment: whole seconds since 1970-01-01T00:00:00Z.
    ///   - offset: the seconds by which the zone's clock is ahead of UTC at a moment.
    package func next(after moment: Int, offset: (Int) -> Int) -> Int? {
        var wall = CronSchedule.floor(moment + offset(moment), 60)
        for _ in 0..<CronSchedule.mostSkipped {
            guard let named = next(afterWall: wall) else { return nil }
            if let start = CronSchedule.moment(ofWall: named, offset), start > moment { return start }
            wall = named
        }
        return nil
    }

    /// The first named minute after that one; minutes are counted as the zone's clock shows them.
    private func next(afterWall wall: Int) -> Int? {
        let first = CronSchedule.floor(wall + 1, CronSchedule.minutesOfDay)
        var from = wall + 1 - first * CronSchedule.minutesOfDay
        for day in first...first + CronSchedule.horizon {
            if names(day), let minute = minute(from: from) { return day * CronSchedule.minutesOfDay + minute }
            from = 0
        }
        return nil
    }

    /// So many months after each other have every date on every day of the week equally often.
    package static let monthsOfCycle = 28 * 12

    /// How often it starts in 28 years on end, as clocks go that nobody puts forward or back.
    package var startsOfCycle: Int {
        let days = 28 * 365 + 7
        return (0..<days).count(where: names) * hours.numbers.count * minutes.numbers.count
    }

    private func names(_ day: Int) -> Bool {
        let date = CivilDate(daysSinceEpoch: day)
        return months.contains(date.month) && days.contains(date.day)
            && weekdays.contains(CivilDate.weekday(daysSinceEpoch: day))
    }

    /// The first named minute of a day that is not before `from`.
    private func minute(from: Int) -> Int? {
        var (hour, minute) = (from / 60, from % 60)
        while let named = hours.first(from: hour) {
            if named > hour { minute = 0 }
            if let found = minutes.first(from: minute) { return named * 60 + found }
            (hour, minute) = (named + 1, 0)
        }
        return nil
    }

    /// When the zone's clock shows that minute for the first time; nil when it never does. A zone changes its clock at most
    /// once in two days.
    private static func moment(ofWall wall: Int, _ offset: (Int) -> Int) -> Int? {
        let day = 86_400
        return [offset(wall * 60 - day), offset(wall * 60 + day)].map { wall * 60 - $0 }
            .filter { $0 + offset($0) == wall * 60 }.min()
    }

    private static func floor(_ value: Int, _ unit: Int) -> Int {
        value >= 0 ? value / unit : -((-value + unit - 1) / unit)
    }
}
