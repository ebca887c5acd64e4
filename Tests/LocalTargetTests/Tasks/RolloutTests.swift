import Stacks
import Testing
import TrafficRules

@testable import LocalTarget

/// Transcripts with a manual clock: what happens to a new version, and what is done about it.
@Suite struct RolloutTests {
    private let start = ContinuousClock.now

    private func rollout(_ rules: DeployRules = DeployRules(), count: Int = 2) -> Rollout {
        Rollout(version: 2, previous: 1, rules: rules, count: count)
    }

    private func failure(_ text: String = "ended with exit code 1") -> TaskFailure { TaskFailure(text) }

    @Test func versionThatFailsTooOftenIsGivenUpWithTheLastWords() {
        var rollout = rollout()
        #expect(rollout.taskFailed(2, failure(), lines: ["one"]) == nil)
        #expect(rollout.taskFailed(2, failure(), lines: ["two"]) == nil)
        #expect(rollout.taskFailed(2, failure("ended with exit code 3"), lines: ["no table users"]) == .goBack)
        let why = Rollout.GivenUp(
            reason: "3 of its tasks failed; the last one ended with exit code 3", lines: ["no table users"])
        #expect(rollout.stage == .givenUp(why))
        #expect(rollout.taskFailed(2, failure(), lines: []) == nil)
        #expect(rollout.allAreNew() == false)
    }

    @Test func failuresOfTheOldVersionAreNotTheNewOnes() {
        var rollout = rollout()
        for _ in 0..<10 { #expect(rollout.taskFailed(1, failure(), lines: []) == nil) }
        #expect(rollout.isUnderWay)
    }

    @Test func versionThatServesIsDoneAndFailsNoMoreAfterThat() {
        var rollout = rollout()
        _ = rollout.taskFailed(2, failure(), lines: [])
        #expect(rollout.allAreNew() == true)
        #expect(rollout.allAreNew() == false)
        for _ in 0..<10 { #expect(rollout.taskFailed(2, failure(), lines: []) == nil) }
        #expect(rollout.stage == .done)
    }

    @Test func anAlarmTakesBackOnlyWhatIsUnderWay() {
        var rollout = rollout()
        #expect(rollout.alarmWentOff("alarm web-errors") == .goBack)
        #expect(rollout.givenUp == Rollout.GivenUp(reason: "alarm web-errors", lines: []))
        #expect(rollout.alarmWentOff("alarm web-errors") == nil)
        var canary = self.rollout(DeployRules(canary: .init()))
        #expect(canary.alarmWentOff("alarm web-errors") == .goBack)
        var served = self.rollout()
        #expect(served.allAreNew() == true)
        #expect(served.alarmWentOff("alarm web-errors") == nil)
        #expect(served.stage == .done)
    }

    /// Source of the rule: ECS, half of the desired count, at least 3, at most 200.
    @Test(arguments: [(1, 3), (2, 3), (6, 3), (7, 4), (25, 13), (400, 200), (1000, 200)])
    func thresholdIsThatOfECS(_ count: Int, _ wanted: Int) {
        #expect(rollout(count: count).threshold == wanted)
        #expect(rollout(DeployRules(failures: 1), count: count).threshold == 1)
    }

    @Test func canaryBakesFromTheMomentItIsHealthyAndIsPromoted() {
        var rollout = rollout(DeployRules(canary: .init(share: 10, bake: .seconds(60))))
        let good = CanaryComparison(
            old: .init(requests: 900, errors: 1, p99: .milliseconds(20)),
            new: .init(requests: 100, errors: 0, p99: .milliseconds(21)))
        #expect(rollout.isTrial)
        #expect(rollout.compared(good, at: start + .seconds(1000)) == nil)
        #expect(rollout.trialIsHealthy(at: start) == true)
        #expect(rollout.trialIsHealthy(at: start + .seconds(5)) == false)
        #expect(rollout.compared(good, at: start + .seconds(59)) == nil)
        let end = rollout.compared(good, at: start + .seconds(60))
        #expect(end?.action == .promote)
        #expect(end?.note == "0 of its 100 requests failed, p99 21 ms")
        #expect(rollout.stage == .replacing)
        #expect(rollout.allAreNew() == true)
    }

    @Test func canaryThatFailsRequestsIsGivenUpBeforeItsTime() {
        var rollout = rollout(DeployRules(canary: .init()))
        _ = rollout.trialIsHealthy(at: start)
        let bad = CanaryComparison(old: .init(requests: 500, errors: 0), new: .init(requests: 60, errors: 5))
        #expect(rollout.compared(bad, at: start + .seconds(2))?.action == .goBack)
        #expect(
            rollout.givenUp?.reason
                == "as a canary 5 of its 60 requests failed, and 0 of 500 at the old version")
    }

    @Test func canaryThatCrashesIsGivenUpToo() {
        var rollout = rollout(DeployRules(failures: 2, canary: .init()))
        _ = rollout.trialIsHealthy(at: start)
        #expect(rollout.taskFailed(2, failure(), lines: []) == nil)
        #expect(rollout.taskFailed(2, failure(), lines: []) == .goBack)
        #expect(rollout.compared(CanaryComparison(), at: start + .seconds(1000)) == nil)
    }
}
