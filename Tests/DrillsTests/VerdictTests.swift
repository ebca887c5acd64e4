import TestKit
import Testing

@testable import Drills

@Suite struct VerdictTests {
    private static let fault = FaultWindow(began: .seconds(1), done: .seconds(1))

    private static func load(failed: Int = 0, gap: Int = 100) -> LoadFigures {
        let good = stride(from: 0, through: 5000, by: gap).map { visit($0, 10) }
        let bad = (0..<failed).map { visit(2000 + $0, 1, .status(503)) }
        return LoadFigures(good + bad, fault: fault, length: .seconds(5))
    }

    private static func seen(
        _ reads: LoadFigures = load(), commits: LoadFigures = load(), acknowledged: Int = 50, lost: Int = 0,
        failovers: Int = 0, recovery: Double? = 2, deployed: Observation.Deployed? = nil
    ) -> Observation {
        Observation(
            reads: reads, commits: .init(figures: commits, acknowledged: acknowledged, lost: lost),
            failovers: failovers, recovery: recovery, deployed: deployed)
    }

    /// Release 4 came when release 3 served.
    private static func deployed(serving: Int?, seconds: Double?) -> Observation {
        seen(deployed: .init(release: 4, before: 3, serving: serving, seconds: seconds))
    }

    private static func restored(missing: Int, tooNew: Int, before: Int? = 3, after: Int? = 3) -> Observation {
        Observation(
            reads: load(),
            restored: .init(missing: missing, tooNew: tooNew, seconds: 90, before: before, after: after))
    }

    @Test(
        arguments: [([1, 2], 0, 0), ([1], 1, 0), ([1, 2, 3], 0, 1), ([2, 4, 9], 1, 2), ([], 2, 0)]
            as [(Set<Int>, Int, Int)])
    func rowsAroundAMomentAreComparedToThoseOfTheCopy(found: Set<Int>, missing: Int, tooNew: Int) {
        var marks = RestoreMarks()
        for _ in 0..<2 { marks.before.insert(marks.next) }
        for _ in 0..<2 { marks.after.insert(marks.next) }
        let seen = marks.compared(to: found, seconds: 1)
        #expect(seen == .init(missing: missing, tooNew: tooNew, seconds: 1, before: 2, after: 2))
    }

    private static let cases: [(Prediction, Observation, Bool)] = [
        (.failedReads(atMost: 0), seen(), true),
        (.failedReads(atMost: 0), seen(load(failed: 1)), false),
        (.failedReads(atMost: 1), seen(load(failed: 1)), true),
        // Nothing that was served proves nothing.
        (.failedReads(atMost: 0), seen(LoadFigures([], fault: fault, length: .seconds(5))), false),
        (.commitsBack(within: 1), seen(commits: load(gap: 900)), true),
        (.commitsBack(within: 1), seen(commits: load(gap: 1100)), false),
        (.lostCommits(atMost: 0), seen(), true),
        (.lostCommits(atMost: 0), seen(lost: 1), false),
        (.lostCommits(atMost: 0), seen(acknowledged: 0), false),
        (.failovers(1), seen(failovers: 1), true),
        (.failovers(1), seen(failovers: 0), false),
        (.failovers(0), seen(failovers: 1), false),
        (.whole(within: 30), seen(recovery: 30), true),
        (.whole(within: 30), seen(recovery: 30.1), false),
        (.whole(within: 30), seen(recovery: nil), false),
        (.failedCommits(atMost: 0), seen(commits: load(failed: 1)), false),
        (.restoredExactly, restored(missing: 0, tooNew: 0), true),
        (.restoredExactly, restored(missing: 1, tooNew: 0), false),
        (.restoredExactly, restored(missing: 0, tooNew: 1), false),
        (.restoredExactly, restored(missing: 0, tooNew: 0, before: 0), false),
        (.restoredExactly, restored(missing: 0, tooNew: 0, after: 0), false),
        // As an older product has kept it.
        (.restoredExactly, restored(missing: 0, tooNew: 0, before: nil, after: nil), true),
        (.versionGivenUp, deployed(serving: 3, seconds: 0.4), true),
        (.versionGivenUp, seen(deployed: .init(release: nil, before: 3, serving: 3, seconds: 200)), true),
        (.versionGivenUp, deployed(serving: 3, seconds: nil), false),
        (.versionGivenUp, deployed(serving: 4, seconds: 0.4), false),
        (.versionGivenUp, deployed(serving: nil, seconds: 0.4), false),
    ]

    @Test(arguments: cases.indices) func aPredictionHoldsOrNot(index: Int) throws {
        let (prediction, seen, holds) = Self.cases[index]
        let finding = try #require(prediction.judge(seen))
        #expect(finding.holds == holds, "\(prediction): \(finding)")
    }

    @Test func whatTheStackLacksIsNotJudged() {
        let seen = Observation(reads: Self.load())
        #expect(Prediction.lostCommits(atMost: 0).judge(seen) == nil)
        #expect(Prediction.failedWrites(atMost: 0).judge(seen) == nil)
        #expect(Prediction.fetches(atMost: 1).judge(seen) == nil)
        #expect(Prediction.versionGivenUp.judge(seen) == nil)
    }

    @Test func oneThingBrokenBreaksTheHypothesis() {
        #expect(Self.result(Self.seen(failovers: 1)).holds)
        #expect(!Self.result(Self.seen(lost: 1, failovers: 1)).holds)
    }

    @Test(arguments: DrillName.allCases) func everyDrillExpectsSomething(name: DrillName) {
        #expect(!Hypothesis.of(name).predictions.isEmpty)
    }

    @Test func theTextReadsAsReviewed() {
        let before = Self.result(Self.seen(failovers: 1, recovery: 3.25), at: "2026-11-28T09:00:00Z")
        let now = Self.result(Self.seen(Self.load(failed: 3), lost: 2, failovers: 1))
        expectGolden(DrillText(now, previous: before).text, "drill-text")
    }

    @Test func thePageReadsAsReviewed() {
        let now = Self.result(Self.seen(Self.load(failed: 3), lost: 2, failovers: 1))
        let page = DrillPage(
            results: [now], previous: [:],
            refusals: [.init(drill: .fullDisk, reason: "the disk is <shared> & full")], product: "terrace 1.0.0")
        expectGolden(page.html, "drill-page")
    }

    private static func result(_ seen: Observation, at time: String = "2026-11-29T06:12:00Z") -> DrillResult {
        DrillResult(
            drill: .writer, stack: "guestbook", target: "local", startedAt: time, seed: 7, length: 5, faultAt: 1,
            hypothesis: .of(.writer),
            steps: [
                .init(at: -0.004, text: "drill: writer begins"), .init(at: 0.2, text: "database: db-2 is the writer"),
            ], observation: seen)
    }
}

@Suite struct SecondsTests {
    @Test(arguments: [
        (0, "0 ms"), (0.0008, "0.8 ms"), (0.0042, "4.2 ms"), (0.012, "12 ms"), (0.2449, "0.24 s"), (0.5, "0.5 s"),
        (1, "1 s"), (1.24, "1.2 s"), (14.4, "14 s"), (-1, "0 ms"),
    ])
    func twoDigitsCount(seconds: Double, text: String) {
        #expect(Seconds.text(seconds) == text)
    }
}
