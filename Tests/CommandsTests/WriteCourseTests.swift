import Drills
import Provisioning
import TestKit
import Testing

@testable import Commands

/// What writes around a failover add up to, and how that is told.
struct WriteCourseTests {
    /// One write a quarter of a second, each of which takes a twentieth; the failover is over after `overAfter` of them.
    private func course(_ writes: [CloudWrite], overAfter: Int = 8) -> WriteCourse {
        var course = WriteCourse()
        for (number, write) in writes.enumerated() {
            let start = Duration.seconds(5) + .milliseconds(number * 250)
            if number == overAfter { course.failoverIsOver(at: start) }
            course.note(write, from: start, to: start + .milliseconds(50))
        }
        return course
    }

    private func text(_ writes: [CloudWrite]) -> String {
        FailoverText.lines("shop-db-1", took: .seconds(41), course(writes).pause).joined(separator: "\n")
    }

    private let good = [CloudWrite](repeating: .done, count: 4)
    private let refused = [CloudWrite](repeating: .refused("DatabaseUnavailableException"), count: 3)

    @Test func everyOutcomeReadsAsReviewed() {
        let courses: [(String, [CloudWrite])] = [
            ("a pause", good + refused + good), ("none", good + good),
            ("the Data API is throttled meanwhile", good + refused + [.astray("the Data API is throttled")] + good),
            ("the writer was lost before", refused + good), ("it never ends", good + refused),
            ("no permission", [.barred("RDSData ExecuteStatement answered AccessDenied")]),
            ("the permission ends meanwhile", good + refused + [.barred("the credentials have expired")]),
            ("asleep", [.astray("the database is waking up"), .astray("the database is waking up")]),
        ]
        expectGolden(courses.map { "\($0):\n\(text($1))\n" }.joined(separator: "\n"), "cloud-failover-texts")
    }

    @Test func thePauseIsBetweenTheEndsOfTwoAcknowledgedWrites() {
        guard case .measured(let figures, .whole, let astray) = course(good + refused + good).pause else {
            Issue.record("nothing was measured")
            return
        }
        #expect(figures.longestGap == 1 && figures.sent == 11 && figures.failed == 3)
        #expect(astray.isEmpty)
    }

    @Test func itIsEnoughOnceNothingWasRefusedForAWhileAfterTheFailover() {
        let calm = [CloudWrite](repeating: .done, count: 20)
        #expect(!course(calm, overAfter: 100).isEnough(at: .seconds(300)))
        // Three seconds are twelve writes.
        #expect(!course(Array(calm.prefix(8 + 12))).isEnough(at: .seconds(10)))
        #expect(course(calm + [.done]).isEnough(at: .seconds(10)))
        let late = calm.prefix(8) + refused + calm
        #expect(!course(Array(late.prefix(8 + 3 + 12))).isEnough(at: .seconds(10)))
        #expect(course(Array(late.prefix(8 + 3 + 13))).isEnough(at: .seconds(10)))
        // Whatever it is that refuses on: somebody waits for the verb.
        let never = course(good + refused + refused)
        #expect(!never.isEnough(at: .seconds(66)) && never.isEnough(at: .seconds(67)))
        #expect(course([.barred("no permission")]).isEnough(at: .seconds(5)))
    }

    /// The Data API's wake-up comes before everything, and is no part of the pause.
    @Test func whatSaysNothingBeforeTheFirstWriteIsNotCounted() {
        guard case .measured(let figures, .whole, let astray) = course([.astray("asleep")] + good).pause else {
            Issue.record("nothing was measured")
            return
        }
        #expect(figures.sent == 4 && figures.failed == 0 && astray.isEmpty)
    }
}
