package import Stacks

/// A schedule as EventBridge Scheduler writes it, `cron(minute hour day-of-month month day-of-week year)`: weekdays are 1 to 7
/// from Sunday, and of the two kinds of days one is `?`, which names none. A manifest that names both is refused before it
/// comes here, because no such expression means the "either" of cron. At most 238 of the 256 characters that AWS takes.
///
/// Source: EventBridge Scheduler user guide, cron-based schedules, read 2026-11.
package enum SchedulerCron {
    package static func expression(_ schedule: CronSchedule) -> String {
        let weekdays = schedule.weekdays.numbers.map { $0 + 1 }
        let namesWeekdays = weekdays.count < 7
        let fields = [
            field(schedule.minutes.numbers, of: 0...59), field(schedule.hours.numbers, of: 0...23),
            namesWeekdays ? "?" : field(schedule.days.numbers, of: 1...31),
            field(schedule.months.numbers, of: 1...12), namesWeekdays ? field(weekdays, of: 1...7) : "?", "*",
        ]
        return "cron(\(fields.joined(separator: " ")))"
    }

    /// `*`, `5`, `0/15` for what goes on in equal steps to the end, else numbers and spans: `1-5,9`.
    private static func field(_ numbers: [Int], of range: ClosedRange<Int>) -> String {
        guard numbers.count < range.count else { return "*" }
        if let step = step(numbers, to: range.upperBound) { return "\(numbers[0])/\(step)" }
        return spans(numbers).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// More than one, from three numbers on; nil where the next step would not be the first behind the end.
    private static func step(_ numbers: [Int], to end: Int) -> Int? {
        guard numbers.count > 2, let first = numbers.first, let last = numbers.last else { return nil }
        let step = numbers[1] - first
        guard step > 1, last + step > end, Array(stride(from: first, through: last, by: step)) == numbers else {
            return nil
        }
        return step
    }

    /// Ascending numbers as spans without gaps.
    private static func spans(_ numbers: [Int]) -> [ClosedRange<Int>] {
        numbers.reduce(into: []) { spans, number in
            if let last = spans.last, last.upperBound + 1 == number {
                spans[spans.count - 1] = last.lowerBound...number
            } else {
                spans.append(number...number)
            }
        }
    }
}
