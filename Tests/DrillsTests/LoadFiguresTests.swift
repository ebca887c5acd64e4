import Testing

@testable import Drills

/// A visit sent after so many milliseconds, answered after so many more.
func visit(_ at: Int, _ latency: Int, _ answer: VisitOutcome.Answer = .status(200)) -> VisitOutcome {
    VisitOutcome(
        Visit(number: at, kind: .read, at: .milliseconds(at)), latency: .milliseconds(latency), answer: answer)
}

@Suite struct LoadFiguresTests {
    /// The fault comes about between 1.000 and 1.010 s.
    private static let fault = FaultWindow(began: .seconds(1), done: .milliseconds(1010))

    private func figures(_ outcomes: [VisitOutcome], length: Duration = .seconds(2)) -> LoadFigures {
        LoadFigures(outcomes, fault: Self.fault, length: length)
    }

    @Test(arguments: [
        (995, 20, 1), (1000, 5, 1), (1010, 5, 1),
        // Over before, begun after.
        (900, 99, 0), (1011, 5, 0),
    ])
    func failuresUnderWayDuringTheFaultAreCountedApart(at: Int, latency: Int, inFlight: Int) {
        let seen = figures([visit(at, latency, .none("reset"))])
        #expect((seen.failed, seen.failedInFlight, seen.failedAfter) == (1, inFlight, 1 - inFlight))
    }

    @Test(arguments: [(199, false), (200, true), (303, true), (399, true), (404, false), (503, false)])
    func whatAVisitorCallsServed(status: Int, isGood: Bool) {
        #expect(visit(0, 1, .status(status)).isGood == isGood)
    }

    @Test func aSilenceLastsFromOneGoodAnswerToTheNext() {
        let seen = figures([
            visit(0, 10), visit(500, 10), visit(1000, 10, .status(503)), visit(1400, 20), visit(1990, 5),
        ])
        #expect(abs(seen.longestGap - 0.91) < 1e-9)
        #expect(abs(seen.gapAt - -0.49) < 1e-9)
    }

    @Test func aSilenceThatNeverEndsLastsToTheEndOfTheLoad() {
        #expect(abs(figures([visit(0, 10)]).longestGap - 1.99) < 1e-9)
        #expect(figures([visit(0, 10, .status(500))]).longestGap == 2)
    }

    @Test func latenciesAreThoseOfGoodAnswers() {
        let seen = figures((1...100).map { visit($0 * 10, $0) } + [visit(1500, 500, .none("reset"))])
        #expect((seen.p50, seen.p99, seen.slowest) == (0.05, 0.099, 0.1))
        #expect(seen.reasons == ["reset": 1])
    }

    @Test func secondsCountByTheMomentThatWasPlanned() {
        let seen = figures([visit(0, 1900), visit(1500, 10), visit(1600, 10, .status(503))])
        #expect(seen.seconds == [.init(good: 1, slowest: 1.9), .init(good: 1, failed: 1, slowest: 0.01)])
    }

    @Test func nothingAtAllIsNoCrash() {
        let seen = figures([])
        #expect((seen.sent, seen.slowest, seen.longestGap) == (0, 0, 2))
        #expect(seen.seconds.isEmpty)
    }
}
