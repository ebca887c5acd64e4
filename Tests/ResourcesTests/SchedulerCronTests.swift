import Resources
import Stacks
import Testing

/// Five fields of cron as EventBridge Scheduler's six.
struct SchedulerCronTests {
    static let table: [(cron: String, expression: String)] = [
        ("* * * * *", "cron(* * * * ? *)"),
        ("30 3 * * *", "cron(30 3 * * ? *)"),
        ("0 0 1 1 *", "cron(0 0 1 1 ? *)"),
        ("0 0 29 2 *", "cron(0 0 29 2 ? *)"),
        // Days of the month: then the day of the week is `?`.
        ("15 6 1,15 * *", "cron(15 6 1,15 * ? *)"),
        ("0 12 31 * *", "cron(0 12 31 * ? *)"),
        ("0 12 1-7 JAN-MAR *", "cron(0 12 1-7 1-3 ? *)"),
        // All days of the month by another name.
        ("0 12 1-31 1-12 *", "cron(0 12 * * ? *)"),
        // Days of the week: 0 and 7 are Sunday here, 1 is there.
        ("0 9 * * 0", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 7", "cron(0 9 ? * 1 *)"),
        ("0 9 * * SUN", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 6", "cron(0 9 ? * 7 *)"),
        ("0 9 * * MON-FRI", "cron(0 9 ? * 2-6 *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * 2-6 *)"),
        ("0 9 * * FRI-SUN", "cron(0 9 ? * 1,6-7 *)"),
        ("0 9 * * 0,3,6", "cron(0 9 ? * 1/3 *)"),
        ("0 9 * DEC SUN,WED", "cron(0 9 ? 12 1,4 *)"),
        ("0 9 * * 0-6", "cron(0 9 * * ? *)"),
        ("0 9 * * 0-7", "cron(0 9 * * ? *)"),
        // Steps, as long as they go on to the end.
        ("*/15 8-18 * * MON-FRI", "cron(0/15 8-18 ? * 2-6 *)"),
        ("*/7 * * * *", "cron(0/7 * * * ? *)"),
        ("0 */2 * * *", "cron(0 0/2 * * ? *)"),
        ("0 9-17/2 * * *", "cron(0 9,11,13,15,17 * * ? *)"),
        ("0 0 */2 * *", "cron(0 0 1/2 * ? *)"),
        ("0 0 1 */3 *", "cron(0 0 1 1/3 ? *)"),
        ("0,30 * * * *", "cron(0,30 * * * ? *)"),
        ("5,50-59/3 23 * * *", "cron(5,50,53,56,59 23 * * ? *)"),
        ("*/1 * * * *", "cron(* * * * ? *)"),
    ]

    @Test(arguments: table)
    func aScheduleMeansTheSameThere(_ cron: String, _ expression: String) throws {
        #expect(SchedulerCron.expression(try #require(CronSchedule(cron))) == expression)
    }

    /// Read back by the rules of Scheduler, every minute of a leap year is named by both or by none.
    @Test(arguments: table.map(\.cron))
    func theSameMinutesAreNamed(_ cron: String) throws {
        let schedule = try #require(CronSchedule(cron))
        let fields = try #require(Fields(SchedulerCron.expression(schedule)))
        #expect(fields.minutes == schedule.minutes.numbers)
        #expect(fields.hours == schedule.hours.numbers)
        #expect(fields.months == schedule.months.numbers)
        #expect(fields.days == schedule.days.numbers)
        #expect(fields.weekdays.map { $0 - 1 } == schedule.weekdays.numbers)
    }

    /// AWS takes 256 characters. Pairs of numbers with one left out between them are what takes most.
    @Test func theLongestScheduleFits() throws {
        let pairs = { (range: ClosedRange<Int>) in
            stride(from: range.lowerBound, through: range.upperBound - 1, by: 3).map { "\($0)-\($0 + 1)" }
                .joined(separator: ",")
        }
        let text = "\(pairs(0...59)) \(pairs(0...23)) \(pairs(1...31)) \(pairs(1...12)) *"
        let expression = SchedulerCron.expression(try #require(CronSchedule(text)))
        #expect(expression.utf8.count > 200)
        #expect(expression.utf8.count <= 256)
    }

    /// The either of cron has no expression, so nothing that has it may come so far.
    @Test func bothKindsOfDaysAreNoSchedule() { #expect(CronSchedule("0 0 1 * MON") == nil) }

    /// An expression read by Scheduler's rules; a `?` or a `*` is every number.
    private struct Fields {
        var minutes: [Int]
        var hours: [Int]
        var days: [Int]
        var months: [Int]
        var weekdays: [Int]

        init?(_ expression: String) {
            let words = expression.dropFirst("cron(".count).dropLast().split(separator: " ").map(String.init)
            guard expression.hasPrefix("cron("), words.count == 6, words[5] == "*",
                [words[2], words[4]].count(where: { $0 == "?" }) == 1, !words[2].isEmpty,
                ![words[0], words[1], words[3]].contains("?")
            else { return nil }
            minutes = Fields.numbers(words[0], 0...59)
            hours = Fields.numbers(words[1], 0...23)
            days = Fields.numbers(words[2], 1...31)
            months = Fields.numbers(words[3], 1...12)
            weekdays = Fields.numbers(words[4], 1...7)
        }

        private static func numbers(_ field: String, _ range: ClosedRange<Int>) -> [Int] {
            if field == "*" || field == "?" { return Array(range) }
            return field.split(separator: ",").flatMap { part -> [Int] in
                let step = part.split(separator: "/").compactMap { Int($0) }
                if part.contains("/"), step.count == 2 {
                    return Array(stride(from: step[0], through: range.upperBound, by: step[1]))
                }
                let ends = part.split(separator: "-").compactMap { Int($0) }
                return ends.count == 2 ? Array(ends[0]...ends[1]) : ends
            }
        }
    }
}
