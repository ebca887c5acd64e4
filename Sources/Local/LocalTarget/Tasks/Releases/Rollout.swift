import Stacks
import TrafficRules

/// One version of a service on its way to take another one's place. Told what happens, it says when to go on, when to go
/// back and when all is done; the supervisor of the tasks acts. No clock: instants come in.
struct Rollout: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    enum Stage: Sendable, Equatable {
        /// Some tasks of the new version run beside all of the old one; nil until they are healthy.
        case trial(bakingSince: Instant?)
        /// The new version's tasks take the old one's place.
        case replacing
        case done
        case givenUp(GivenUp)
    }

    /// Why a version was given up.
    struct GivenUp: Sendable, Equatable {
        /// `3 of its tasks failed; the last one ended with exit code 1 …`
        var reason: String
        /// The last lines that the task wrote which failed last.
        var lines: [String]
    }

    enum Action: Sendable, Equatable {
        /// All requests to the new version.
        case promote
        /// The old version for all of them.
        case goBack
    }

    /// The group's numbers of both.
    let version: Int
    let previous: Int
    let rules: DeployRules
    /// Failed tasks that end it.
    let threshold: Int
    private(set) var stage: Stage
    private(set) var failures = 0

    init(version: Int, previous: Int, rules: DeployRules, count: Int) {
        self.version = version
        self.previous = previous
        self.rules = rules
        threshold = rules.threshold(for: count)
        stage = rules.canary == nil ? .replacing : .trial(bakingSince: nil)
    }

    var isUnderWay: Bool {
        switch stage {
        case .trial, .replacing: true
        case .done, .givenUp: false
        }
    }

    var isTrial: Bool { if case .trial = stage { true } else { false } }

    var givenUp: GivenUp? { if case .givenUp(let why) = stage { why } else { nil } }
}

extension Rollout {
    /// A task of `version` ended, did not start, or failed its health checks for good.
    mutating func taskFailed(_ version: Int, _ failure: TaskFailure, lines: [String]) -> Action? {
        guard isUnderWay, version == self.version else { return nil }
        failures += 1
        guard failures >= threshold else { return nil }
        let count = failures == 1 ? "a task of it failed" : "\(failures) of its tasks failed"
        return goBack(GivenUp(reason: "\(count); the last one \(failure.message)", lines: lines))
    }

    /// Every task on trial is healthy: the comparison begins. True the first time.
    mutating func trialIsHealthy(at now: Instant) -> Bool {
        guard stage == .trial(bakingSince: nil) else { return false }
        stage = .trial(bakingSince: now)
        return true
    }

    /// Asked again and again while the trial lasts. `note` is what people should know of the comparison when it is over.
    mutating func compared(_ seen: CanaryComparison, at now: Instant) -> (action: Action, note: String)? {
        guard case .trial(let since?) = stage, let canary = rules.canary else { return nil }
        switch CanaryVerdict.of(seen, isOver: now >= since + canary.bake) {
        case .goOn: return nil
        case .passed(let note):
            stage = .replacing
            return (.promote, note)
        case .worse(let reason): return (goBack(GivenUp(reason: "as a canary \(reason)", lines: [])), reason)
        }
    }

    /// An alarm that judges new versions went off. `reason` says which and why.
    mutating func alarmWentOff(_ reason: String) -> Action? {
        guard isUnderWay else { return nil }
        return goBack(GivenUp(reason: reason, lines: []))
    }

    /// Nothing but healthy tasks of the new version runs. True the first time.
    mutating func allAreNew() -> Bool {
        guard stage == .replacing else { return false }
        stage = .done
        return true
    }

    private mutating func goBack(_ why: GivenUp) -> Action {
        stage = .givenUp(why)
        return .goBack
    }
}
