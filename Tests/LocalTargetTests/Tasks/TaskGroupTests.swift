import Stacks
import TestKit
import Testing

@testable import LocalTarget

private typealias Action = TaskGroup.Action

/// A group with a manual clock; actions are carried out in name only.
private struct Bench {
    var group = TaskGroup(zones: ["a", "b"])
    private let start = ContinuousClock.now
    private(set) var elapsed = Duration.zero
    private var now: ContinuousClock.Instant { start + elapsed }

    mutating func want(
        _ version: Int, _ count: Int, grace: Duration = .seconds(60), rules: DeployRules = DeployRules(),
        trial: TaskGroup.Trial? = nil
    ) -> [Action] {
        group.want(version: version, count: count, grace: grace, rules: rules, trial: trial)
        return next()
    }

    /// Until nothing more is decided: a task that leaves makes room for another.
    mutating func next() -> [Action] {
        var all: [Action] = []
        while case let actions = group.next(at: now), !actions.isEmpty { all += actions }
        return all
    }

    mutating func pass(_ duration: Duration) -> [Action] {
        elapsed += duration
        return next()
    }

    mutating func healthy(_ numbers: Int...) -> [Action] {
        for number in numbers { _ = group.becameHealthy(number, at: now) }
        return next()
    }

    mutating func unhealthy(_ number: Int) -> [Action] {
        _ = group.becameUnhealthy(number, TaskFailure("answered 503"), at: now)
        return next()
    }

    mutating func ended(_ number: Int) -> [Action] {
        _ = group.ended(number, TaskFailure("ended"), at: now)
        return next()
    }

    var healthyCount: Int { group.members.count(where: \.isHealthy) }

    var summary: [String] { group.members.map { "\($0.number)\($0.zone) v\($0.version)" } }
}

@Suite struct TaskGroupTests {
    @Test func firstStartSpreadsOverZones() {
        var bench = Bench()
        let actions = bench.want(1, 3)
        #expect(
            actions == [
                .start(number: 1, zone: "a"), .start(number: 2, zone: "b"), .start(number: 3, zone: "a"),
            ])
        #expect(bench.next() == [])
        #expect(!bench.group.isSteady)
        #expect(bench.healthy(1, 2, 3) == [])
        #expect(bench.group.isSteady)
    }

    @Test func taskThatEndsWithItsStackHasNotFailed() {
        var bench = Bench()
        _ = bench.want(1, 3)
        _ = bench.healthy(1, 2)
        _ = bench.ended(3)
        bench.group.stopAll()
        #expect(bench.summary == ["1a v1", "2b v1"])
        #expect(bench.group.members.map(\.failure) == [nil, nil])
        #expect(bench.group.ended(1, TaskFailure("ended"), at: .now) == nil)
        #expect(bench.summary == ["2b v1"])
    }

    @Test func endedTaskStartsAgainInItsZoneAfterTheBackoff() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        #expect(bench.ended(2) == [])
        #expect(bench.pass(.milliseconds(249)) == [])
        #expect(bench.pass(.milliseconds(1)) == [.start(number: 3, zone: "b")])
        #expect(bench.group.member(3)?.restarts == 1)
    }

    @Test func oldTasksLeaveOneByOneAsNewOnesBecomeHealthy() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        #expect(bench.want(2, 2) == [.start(number: 3, zone: "a"), .start(number: 4, zone: "b")])
        #expect(bench.next() == [])
        #expect(bench.healthy(4) == [.stop(number: 1, because: "replaced by another version")])
        #expect(bench.ended(1) == [])
        #expect(bench.healthy(3) == [.stop(number: 2, because: "replaced by another version")])
        #expect(bench.ended(2) == [])
        #expect(bench.group.isSteady)
        #expect(bench.summary == ["3a v2", "4b v2"])
    }

    /// Minimum and maximum per cent of 4 tasks; how many start and how many leave before any new one is healthy.
    @Test(arguments: [
        (100, 200, 4, 0), (100, 150, 2, 0), (100, 101, 1, 0), (50, 100, 2, 2), (50, 125, 3, 2), (0, 100, 4, 4),
        (75, 100, 1, 1),
    ])
    func roomIsWhatTheRulesLeave(_ minimum: Int, _ maximum: Int, _ starts: Int, _ stops: Int) {
        var bench = Bench()
        _ = bench.want(1, 4)
        _ = bench.healthy(1, 2, 3, 4)
        let actions = bench.want(2, 4, rules: DeployRules(minimumHealthy: minimum, maximum: maximum))
        #expect(actions.count { if case .start = $0 { true } else { false } } == starts)
        #expect(actions.count { if case .stop = $0 { true } else { false } } == stops)
    }

    @Test func oneTaskIsReplacedAlthoughRoundingLeavesNoRoom() {
        var bench = Bench()
        _ = bench.want(1, 1)
        _ = bench.healthy(1)
        let actions = bench.want(2, 1, rules: DeployRules(minimumHealthy: 50, maximum: 150))
        #expect(actions == [.start(number: 2, zone: "a")])
    }

    @Test func tasksOnTrialRunBesideAllOthersUntilTheyTakeOver() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        let trial = TaskGroup.Trial(version: 2, count: 1)
        #expect(bench.want(1, 2, trial: trial) == [.start(number: 3, zone: "a")])
        #expect(!bench.group.isOnTrial)
        #expect(bench.healthy(3) == [])
        #expect(bench.group.isOnTrial && !bench.group.isSteady)
        // One that fails is started again, and an old one as well.
        #expect(bench.ended(3) == [])
        #expect(bench.pass(.seconds(1)) == [.start(number: 4, zone: "a")])
        #expect(bench.healthy(4) == [])
        #expect(
            bench.want(2, 2) == [
                .start(number: 5, zone: "b"), .stop(number: 1, because: "replaced by another version"),
            ])
    }

    @Test func tasksOnTrialLeaveAtOnceWhenTheVersionIsGivenUp() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        _ = bench.want(1, 2, trial: TaskGroup.Trial(version: 2, count: 1))
        _ = bench.healthy(3)
        #expect(bench.want(1, 2) == [.stop(number: 3, because: "replaced by another version")])
    }

    @Test func eachLostTaskIsToldOnce() {
        var bench = Bench()
        _ = bench.want(1, 2, grace: .seconds(60))
        _ = bench.unhealthy(1)
        #expect(bench.group.takeLost() == [])
        _ = bench.pass(.seconds(60))
        _ = bench.unhealthy(1)
        #expect(bench.group.takeLost().map(\.number) == [1])
        #expect(bench.group.takeLost() == [])
    }

    @Test func rolloutThatDoesNotBecomeHealthyLeavesTheOldTasksAlone() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        _ = bench.want(2, 2)
        var stops = 0
        for _ in 3..<12 {
            for member in bench.group.members where member.version == 2 { _ = bench.ended(member.number) }
            let actions = bench.pass(.seconds(30))
            stops += actions.count { if case .stop = $0 { true } else { false } }
        }
        #expect(stops == 0)
        #expect(bench.group.members.count { $0.version == 1 && $0.isHealthy } == 2)
    }

    @Test func mendedVersionReplacesTheCrashLoopAtOnce() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        _ = bench.want(2, 2)
        _ = bench.ended(3)
        let actions = bench.want(3, 2)
        #expect(actions.first == .stop(number: 4, because: "replaced by another version"))
        #expect(actions.dropFirst() == [.start(number: 5, zone: "a"), .start(number: 6, zone: "b")])
    }

    @Test func unhealthyTaskIsReplacedSuccessorFirst() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        #expect(bench.unhealthy(1) == [.start(number: 3, zone: "a")])
        #expect(bench.healthy(3) == [.stop(number: 1, because: "unhealthy, replaced")])
        #expect(bench.ended(1) == [])
        #expect(bench.group.isSteady)
    }

    @Test func taskThatRecoversMakesItsSuccessorSuperfluous() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        _ = bench.unhealthy(1)
        #expect(bench.healthy(1) == [.stop(number: 3, because: "fewer tasks wanted")])
    }

    /// Its successor is on its way already: nobody starts anew for a third one.
    @Test func unhealthyTaskThatEndsIsNotStartedAgain() {
        var bench = Bench()
        _ = bench.want(1, 1)
        _ = bench.healthy(1)
        #expect(bench.unhealthy(1) == [.start(number: 2, zone: "a")])
        #expect(!bench.ended(1).contains(.stop(number: 2, because: "fewer tasks wanted")))
        #expect(bench.summary == ["2a v1"])
        #expect(bench.healthy(2) == [] && bench.pass(.seconds(60)) == [])
        #expect(bench.group.isSteady)
    }

    @Test func failedChecksWithinTheGraceAreOnlyRemembered() {
        var bench = Bench()
        _ = bench.want(1, 1, grace: .seconds(60))
        #expect(bench.unhealthy(1) == [])
        #expect(bench.pass(.seconds(59)) == [])
        #expect(bench.pass(.seconds(1)) == [.start(number: 2, zone: "a")])
    }

    @Test func silenceIsNoFailure() {
        var bench = Bench()
        _ = bench.want(1, 1, grace: .zero)
        #expect(bench.pass(.seconds(3600)) == [])
        #expect(bench.group.wakeAt == nil)
    }

    @Test func scalingDownTakesFromTheFullestZone() {
        var bench = Bench()
        _ = bench.want(1, 4)
        _ = bench.healthy(1, 2, 3, 4)
        let actions = bench.want(1, 2)
        #expect(
            actions == [
                .stop(number: 4, because: "fewer tasks wanted"), .stop(number: 3, because: "fewer tasks wanted"),
            ])
    }

    @Test func scalingToNothingStopsEverything() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1)
        _ = bench.ended(2)
        #expect(bench.want(1, 0).count == 2)
        #expect(bench.ended(1) == [])
        #expect(bench.group.members.isEmpty)
    }

    /// Whatever happens in whatever order: never fewer healthy tasks than wanted because of a stop, never two above the count, and
    /// in the end, once all that starts becomes healthy, a steady group.
    @Test(arguments: 0..<200) func anyHistoryEndsSteady(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bench = Bench()
        var version = 1
        var count = 2
        let rules = [
            DeployRules(), DeployRules(minimumHealthy: 50, maximum: 100),
            DeployRules(minimumHealthy: 100, maximum: 110),
        ][seed % 3]
        var trial: TaskGroup.Trial?
        _ = bench.want(version, count, rules: rules)
        for _ in 0..<60 {
            let healthy = bench.healthyCount
            let number = bench.group.members.randomElement(using: &generator)?.number ?? 0
            var actions: [Action] = []
            let isEvent = Int.random(in: 0..<8, using: &generator)
            switch isEvent {
            case 0: actions = bench.ended(number)
            case 1: actions = bench.unhealthy(number)
            case 2:
                (version, trial) = (version + 1, nil)
                actions = bench.want(version, count, rules: rules)
            case 3:
                count = Int.random(in: 0...4, using: &generator)
                actions = bench.want(version, count, rules: rules, trial: trial)
            case 4: actions = bench.pass(.seconds(1))
            case 5:
                trial = trial == nil ? TaskGroup.Trial(version: version + 1, count: 1) : nil
                actions = bench.want(version, count, rules: rules, trial: trial)
            default: actions = bench.healthy(number)
            }
            check(bench, actions, rules, count: count, healthyBefore: isEvent > 3 ? healthy : nil, seed: seed)
        }
        _ = bench.want(version + 1, count, rules: rules)
        for _ in 0..<200 where !bench.group.isSteady {
            for member in bench.group.members {
                if member.isStopping { _ = bench.ended(member.number) } else { _ = bench.healthy(member.number) }
            }
            _ = bench.pass(.seconds(31))
        }
        #expect(bench.group.isSteady, "seed \(seed): \(bench.group.members)")
    }

    /// `healthyBefore`: of those that stayed, where the event itself took none away.
    private func check(
        _ bench: Bench, _ actions: [Action], _ rules: DeployRules, count: Int, healthyBefore: Int?, seed: Int
    ) {
        let staying = bench.group.members.filter { !$0.isStopping }
        let trial = bench.group.trial?.count ?? 0
        #expect(staying.count >= min(count, rules.fewest(of: count)), "seed \(seed)")
        #expect(staying.count <= max(rules.most(of: 4), rules.most(of: count)) + trial + 1, "seed \(seed)")
        guard let healthyBefore, actions.contains(where: { if case .stop = $0 { true } else { false } }) else { return }
        #expect(bench.healthyCount >= min(healthyBefore, rules.fewest(of: count)), "seed \(seed)")
    }
}

@Suite struct RestartBackoffTests {
    @Test func waitsDoubleUpToTheLimit() {
        let waits = (1...10).map { RestartBackoff.wait(failures: $0) }
        let wanted = [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) }
        #expect(waits == wanted)
    }

    @Test func healthForgives() {
        var backoff = RestartBackoff()
        for _ in 0..<5 { _ = backoff.failed(healthyFor: .seconds(59)) }
        #expect(backoff.isCrashLoop)
        #expect(backoff.failed(healthyFor: .seconds(60)) == RestartBackoff.first)
        #expect(!backoff.isCrashLoop)
    }

    @Test func whatALostZoneHadStartsInAnother() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        bench.group.lose(zone: "b")
        #expect(bench.ended(2) == [])
        #expect(bench.pass(.seconds(1)) == [.start(number: 3, zone: "a")])
        #expect(bench.want(1, 3) == [.start(number: 4, zone: "a")])
    }

    @Test func whatHadToMoveComesBackAfterASuccessorIsHealthy() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        bench.group.lose(zone: "b")
        _ = bench.ended(2)
        _ = bench.pass(.seconds(1))
        _ = bench.healthy(3)
        bench.group.regain(zone: "b")
        #expect(bench.next() == [.start(number: 4, zone: "b")])
        #expect(bench.healthy(4) == [.stop(number: 3, because: "moved to a zone that has fewer")])
        _ = bench.ended(3)
        #expect(bench.summary == ["1a v1", "4b v1"])
        #expect(bench.group.isSteady)
    }

    @Test func aZoneThatComesBackBeforeAnythingMovedChangesNothing() {
        var bench = Bench()
        _ = bench.want(1, 3)
        _ = bench.healthy(1, 2, 3)
        bench.group.lose(zone: "b")
        bench.group.regain(zone: "b")
        #expect(bench.next() == [])
        #expect(bench.group.isSteady)
    }
}
