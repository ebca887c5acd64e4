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

    mutating func want(_ version: Int, _ count: Int, grace: Duration = .seconds(60)) -> [Action] {
        group.want(version: version, count: count, grace: grace)
        return next()
    }

    mutating func next() -> [Action] { group.next(at: now) }

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

    @Test func rolloutStartsOneThenStopsOneUntilAllAreNew() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        #expect(bench.want(2, 2) == [.start(number: 3, zone: "a")])
        #expect(bench.next() == [])
        let first = bench.healthy(3)
        #expect(first == [.stop(number: 1, because: "replaced by a new version")])
        #expect(bench.next() == [.start(number: 4, zone: "b")])
        #expect(bench.ended(1) == [])
        #expect(bench.healthy(4) == [.stop(number: 2, because: "replaced by a new version")])
        #expect(bench.ended(2) == [])
        #expect(bench.group.isSteady)
        #expect(bench.summary == ["3a v2", "4b v2"])
    }

    @Test func rolloutThatDoesNotBecomeHealthyLeavesTheOldTasksAlone() {
        var bench = Bench()
        _ = bench.want(1, 2)
        _ = bench.healthy(1, 2)
        _ = bench.want(2, 2)
        var stops = 0
        for round in 3..<12 {
            _ = bench.ended(round)
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
        #expect(bench.want(3, 2) == [.start(number: 4, zone: "a")])
        #expect(bench.summary == ["1a v1", "2b v1", "4a v3"])
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
        _ = bench.want(version, count)
        for _ in 0..<60 {
            let number = bench.group.members.randomElement(using: &generator)?.number ?? 0
            var actions: [Action] = []
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: actions = bench.ended(number)
            case 1: actions = bench.unhealthy(number)
            case 2:
                version += 1
                actions = bench.want(version, count)
            case 3:
                count = Int.random(in: 0...4, using: &generator)
                actions = bench.want(version, count)
            case 4: actions = bench.pass(.seconds(1))
            default: actions = bench.healthy(number)
            }
            check(bench, actions, count: count, seed: seed)
        }
        for _ in 0..<200 where !bench.group.isSteady {
            for member in bench.group.members {
                if member.isStopping { _ = bench.ended(member.number) } else { _ = bench.healthy(member.number) }
            }
            _ = bench.pass(.seconds(31))
        }
        #expect(bench.group.isSteady, "seed \(seed): \(bench.group.members)")
    }

    private func check(_ bench: Bench, _ actions: [Action], count: Int, seed: Int) {
        let staying = bench.group.members.filter { !$0.isStopping }
        #expect(staying.count >= count, "seed \(seed)")
        let stopped = actions.contains {
            if case .stop(_, let reason) = $0 { reason.contains("replaced") } else { false }
        }
        if stopped { #expect(staying.count >= count, "seed \(seed)") }
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
}
