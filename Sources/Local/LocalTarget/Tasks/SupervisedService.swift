import Foundation
import Processes
import Stacks
import TrafficRules

/// Everything about a service that needs new tasks when it changes. The rest (count, routes, health) changes in place.
struct ServiceVersion: Sendable, Equatable {
    let command: Command
    let release: Command?
    let environment: TaskEnvironment
    /// Whether the load balancer has to know its tasks.
    let takesRequests: Bool
    let taskProtocol: TaskProtocol
    /// The files that both commands run, by content, so that a new build is a new version.
    let files: [ReleaseFile]
    /// The number of its release.
    let number: Int
    /// What each task may use; only what is enforced here.
    let limits: TaskLimits
}

/// One service under supervision: what is wanted, what runs.
struct SupervisedService: Sendable {
    var service: Service
    var group: TaskGroup
    /// The version asked for last, and its number. It runs once its release command has succeeded.
    var target: ServiceVersion?
    var targetNumber = 0
    /// The number whose release command has succeeded.
    var releasedNumber = 0
    /// The way back to an old version, which needs no trial.
    private var isReturn = false
    var isReleasing = false
    var releaseFailure: TaskFailure?
    /// Secrets that are missing and the like: nothing new is started.
    var setupFailure: TaskFailure?
    /// The version that the tasks have, or are about to get.
    private(set) var current: ServiceVersion?
    private(set) var currentNumber = 0
    private var lastNumber = 0
    /// Versions of which tasks may still run, by number: the way back to one of them needs no new tasks.
    private var adopted: [Int: ServiceVersion] = [:]
    /// How the target takes the place of another version; also how the last one did.
    var rollout: Rollout?
    /// The release that was given up last, and why; until something else is asked for.
    var givenUp: (number: Int, why: Rollout.GivenUp)?
    /// The release that was found to serve with all of its tasks.
    var servedNumber = 0
    /// How many tasks an operator or target tracking wants.
    var scaled: Int?
    /// By number.
    var running: [Int: RunningTask] = [:]
    /// When those that wait for their next start have ended.
    private(set) var endedAt: [Int: Date] = [:]
    /// The last task that ended for its memory.
    var overrun: EndedForMemory?
    /// Started for the release command; ended with the stack.
    var releaseChild: ChildProcess?
    /// Wakes the supervisor when the group has to decide again.
    var alarm: Task<Void, Never>?

    init(_ service: Service, zones: [String]) {
        self.service = service
        group = TaskGroup(zones: zones)
    }

    /// Sets what shall run next. What runs now is no new version; a release that failed is one, so that it is tried again.
    /// - Parameter isReleased: its release command is not to be run, as for the way back to an old one.
    mutating func aim(at version: ServiceVersion, isReleased: Bool = false) {
        // Another password or other limits, and still the same release: what its command had to do is done.
        let wasReleased = version.number == current?.number || (version.number == target?.number && targetIsAdopted)
        givenUp = nil
        isReturn = isReleased
        if version == current {
            (target, targetNumber) = (version, currentNumber)
        } else if let number = running(version) {
            (target, targetNumber) = (version, number)
        } else if version != target || releaseFailure != nil {
            lastNumber += 1
            (target, targetNumber) = (version, lastNumber)
        }
        if isReleased || wasReleased { releasedNumber = targetNumber }
        releaseFailure = nil
    }

    /// The version that has proved itself last.
    var settled: ServiceVersion? { adopted[settledNumber] }
    private var settledNumber: Int { rollout.flatMap { $0.isUnderWay ? $0.previous : nil } ?? currentNumber }

    /// Back to what served before, as if nothing else had been asked for.
    mutating func aimAtSettled() {
        guard let settled else { return }
        (target, targetNumber) = (settled, settledNumber)
        (givenUp, releaseFailure, setupFailure) = (nil, nil, nil)
    }

    /// The version of which a task is.
    func version(of member: TaskGroup.Member) -> ServiceVersion? { adopted[member.version] }

    var needsRelease: Bool {
        target?.release != nil && targetNumber != currentNumber && targetNumber != releasedNumber
            && !targetIsAdopted
    }
    private var targetIsAdopted: Bool { adopted[targetNumber] != nil }

    private func running(_ version: ServiceVersion) -> Int? {
        adopted.first { number, each in
            each == version && group.members.contains { $0.version == number && !$0.isStopping }
        }?.key
    }

    /// Begins to bring the target in: at once where nothing runs, else by the service's rules.
    mutating func runTarget() {
        // What runs when a rollout is cut off by the next one has never proved itself: the way back leads before it.
        let origin = settledNumber
        if let rollout, rollout.isUnderWay {
            if rollout.version == targetNumber { return }
            self.rollout = nil
        }
        guard let target, targetNumber != currentNumber else { return }
        adopted[targetNumber] = target
        let serves = group.members.contains { $0.isHealthy && [origin, currentNumber].contains($0.version) }
        guard current != nil, serves, targetNumber != origin else { return takeOver() }
        var rules = service.deploy
        if isReturn { rules.canary = nil }
        rollout = Rollout(version: targetNumber, previous: origin, rules: rules, count: count)
        if rollout?.isTrial == false { takeOver() }
    }

    /// All tasks shall be of the target from now on.
    mutating func takeOver() {
        current = target
        currentNumber = targetNumber
        adopted = adopted.filter { number, _ in
            number == currentNumber || number == rollout?.previous || group.members.contains { $0.version == number }
        }
    }

    /// The version that was there before is the target again; its tasks are there or come back.
    mutating func goBack() {
        guard let rollout, let why = rollout.givenUp, let previous = adopted[rollout.previous] else { return }
        givenUp = (target?.number ?? 0, why)
        (target, targetNumber) = (previous, rollout.previous)
        takeOver()
    }

    mutating func ended(_ number: Int, at date: Date) {
        running[number] = nil
        endedAt[number] = date
    }

    mutating func forgetEnded() {
        guard !endedAt.isEmpty else { return }
        endedAt = endedAt.filter { group.member($0.key) != nil }
    }

    /// Nothing of it runs any more.
    var isGone: Bool { group.members.isEmpty && !isReleasing }

    /// How many tasks are wanted while the service is.
    var count: Int { scaled ?? service.tasks.lowerBound }

    /// Without a version that may run, there is nothing to count.
    mutating func want(count: Int) {
        let wanted = current == nil ? 0 : count
        var trial: TaskGroup.Trial?
        if let rollout, rollout.isTrial, let share = share(of: rollout, beside: wanted) {
            trial = TaskGroup.Trial(version: rollout.version, count: share.tasks)
        }
        group.want(
            version: currentNumber, count: wanted, grace: service.health.grace, rules: service.deploy, trial: trial)
    }

    /// What a new version gets of the requests while it is on trial.
    func share(of rollout: Rollout, beside count: Int) -> CanaryShare? {
        rollout.rules.canary.map { CanaryShare(percent: $0.share, beside: max(1, count)) }
    }

    /// As the manifest asks, or about to be without anyone's doing.
    var isSteady: Bool {
        group.isSteady && !isReleasing && releaseFailure == nil && setupFailure == nil && currentNumber == targetNumber
    }
}

/// One process of a service.
struct RunningTask: Sendable {
    let child: ChildProcess
    let port: Int
    let startedAt: Date
    let startedInstant: ContinuousClock.Instant
    let output: TaskOutput
    /// nil for a task without limits.
    let cgroup: TaskCgroup?
    /// How many of the kernel's kills for memory, none of which has ended it, have been said.
    var toldKills = 0
    /// That it takes its time to become healthy has been said.
    var isCalledSlow = false
}
