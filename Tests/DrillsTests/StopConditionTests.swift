import Testing

@testable import Drills

/// When a drill on a stack that others use ends before its time.
@Suite struct StopConditionTests {
    private static func visits(_ count: Int, failed: Int) -> [VisitOutcome] {
        (0..<count).map { visit($0 * 10, 5, .status($0 < failed ? 503 : 200)) }
    }

    @Test(arguments: [
        // As many as may fail, and one more.
        (DrillName.task, 100, 30, false), (.task, 100, 31, true), (.zone, 100, 31, true), (.writer, 100, 90, false),
        (.writer, 100, 91, true),
        // Too few to tell.
        (.task, 19, 19, false), (.task, 20, 20, true), (.task, 0, 0, false),
    ])
    func tooManyFailuresEndIt(drill: DrillName, sent: Int, failed: Int, ends: Bool) {
        let reason = StopCondition.of(drill).reason(alarms: [], visits: Self.visits(sent, failed: failed))
        #expect((reason != nil) == ends, "\(reason ?? "")")
    }

    @Test(
        arguments: [
            (DrillName.task, ["web-unhealthy"], nil), (.task, ["web-errors"], "the alarm web-errors went off"),
            (.writer, ["errors", "web-errors", "database-lag", "unanswered"], nil),
            (.writer, ["nat-a", "errors", "certificate"], "the alarms certificate, nat-a went off"),
            // A service may be called like an alarm, but its alarms are not.
            (.writer, ["slow-cpu"], "the alarm slow-cpu went off"),
        ] as [(DrillName, [String], String?)])
    func anAlarmThatTheDrillIsNotAboutEndsIt(drill: DrillName, alarms: [String], reason: String?) {
        #expect(StopCondition.of(drill).reason(alarms: alarms, visits: []) == reason)
    }

    @Test(arguments: [(Duration.seconds(30), false), (.seconds(31), true)])
    func whoCannotSeeTheAlarmsStops(blind: Duration, ends: Bool) {
        #expect((StopCondition.of(.task).reason(alarms: [], visits: [], blind: blind) != nil) == ends)
    }

    @Test(arguments: DrillName.allCases) func everyDrillIsHeldInTheCloudOrSaysWhyNot(name: DrillName) {
        switch name.cloud {
        case .done(let summary):
            #expect(!summary.isEmpty)
            #expect(Hypothesis.inCloud(name, hasReader: true) != .of(name))
        case .onlyHere(let reason): #expect(!reason.isEmpty)
        }
    }

    @Test func writesThroughTheEdgeAreBackInTimeOrNot() throws {
        let writes = LoadFigures(
            [visit(0, 10), visit(3000, 10)], fault: FaultWindow(began: .seconds(1), done: .seconds(1)),
            length: .seconds(4))
        let seen = Observation(reads: writes, writes: writes)
        #expect(try #require(Prediction.writesBack(within: 3).judge(seen)).holds)
        #expect(try !#require(Prediction.writesBack(within: 2.9).judge(seen)).holds)
        #expect(Prediction.writesBack(within: 3).judge(Observation(reads: writes)) == nil)
    }
}
