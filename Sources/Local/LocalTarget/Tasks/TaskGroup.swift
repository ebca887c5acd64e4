import Stacks

/// The tasks of one service as values, and the decision what to start and to stop. No process and no clock here: time
/// comes in, actions go out. The rules are those of an ECS service: as many new tasks at once as `DeployRules` leave room for, and an
/// old one leaves when it is not needed any more, or when there is no other way to make room and enough stay healthy.
struct TaskGroup: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Sendable, Equatable {
        case starting(since: Instant)
        case healthy(since: Instant)
        /// Runs, but failed its health checks; waits for a successor.
        case unhealthy
        /// Has ended, starts again at `until`.
        case backingOff(until: Instant)
        /// Drains or has been asked to end.
        case stopping
    }

    struct Member: Sendable, Equatable {
        /// Changes with each start.
        var number: Int
        var zone: String
        var version: Int
        var phase: Phase
        /// The last thing that went wrong; nil while healthy.
        var failure: TaskFailure?
        var restarts = 0
        var backoff = RestartBackoff()
        /// Belongs into another zone; stays until a successor there is healthy.
        var isMisplaced = false

        var isStopping: Bool { phase == .stopping }
        var isHealthy: Bool { if case .healthy = phase { true } else { false } }
        var isStarting: Bool { if case .starting = phase { true } else { false } }
        var isBackingOff: Bool { if case .backingOff = phase { true } else { false } }
        /// Not healthy yet, but may become so.
        var isPending: Bool {
            switch phase {
            case .starting, .backingOff: true
            case .healthy, .unhealthy, .stopping: false
            }
        }
    }

    enum Action: Sendable, Equatable {
        case start(number: Int, zone: String)
        /// Drain, then end.
        case stop(number: Int, because: String)
    }

    /// Tasks of a version that has not taken over yet; they run beside all that are wanted.
    struct Trial: Sendable, Equatable {
        var version: Int
        var count: Int
    }

    let zones: [String]
    /// Zones in which nothing can be started now.
    private(set) var lostZones: Set<String> = []
    private(set) var members: [Member] = []
    /// The version that every task shall have, and how many tasks.
    private(set) var version = 0
    private(set) var count = 0
    private(set) var trial: Trial?
    private var rules = DeployRules()
    private var grace: Duration = .zero
    private var lastNumber = 0
    /// Tasks that were given up for their failed checks since somebody asked last.
    private var lost: [Member] = []

    init(zones: [String]) { self.zones = zones }

    /// Sets what is wanted; `next` says how to get there.
    mutating func want(
        version: Int, count: Int, grace: Duration, rules: DeployRules = DeployRules(), trial: Trial? = nil
    ) {
        self.version = version
        self.count = count
        self.grace = grace
        self.rules = rules
        self.trial = count == 0 ? nil : trial
    }

    /// Everything that is wanted is there and nothing else.
    var isSteady: Bool {
        trial == nil && members.count == count && members.allSatisfy { $0.version == version && $0.isHealthy }
    }

    /// Every task on trial is healthy.
    var isOnTrial: Bool {
        guard let trial else { return false }
        return members.count { $0.version == trial.version && $0.isHealthy } >= trial.count
    }

    /// When `next` has something to do without a new event; nil: not before one.
    var wakeAt: Instant? {
        members.compactMap { member in
            switch member.phase {
            case .backingOff(let until): until
            case .starting(let since): member.failure == nil ? nil : since + grace
            case .healthy, .unhealthy, .stopping: nil
            }
        }.min()
    }

    func member(_ number: Int) -> Member? { members.first { $0.number == number } }
}

// What happens to a task.
extension TaskGroup {
    /// False when it was healthy before, or is on its way out.
    mutating func becameHealthy(_ number: Int, at now: Instant) -> Bool {
        guard let index = index(number), !members[index].isHealthy, !members[index].isStopping else { return false }
        members[index].phase = .healthy(since: now)
        members[index].failure = nil
        return true
    }

    /// Within the grace after the start a failed check is only remembered. True when the task is given up.
    mutating func becameUnhealthy(_ number: Int, _ failure: TaskFailure, at now: Instant) -> Bool {
        guard let index = index(number), !members[index].isStopping, !members[index].isBackingOff else { return false }
        members[index].failure = failure
        if case .starting(let since) = members[index].phase, now < since + grace { return false }
        guard members[index].phase != .unhealthy else { return false }
        lose(index)
        return true
    }

    private mutating func lose(_ index: Int) {
        members[index].phase = .unhealthy
        lost.append(members[index])
    }

    /// Each is told once.
    mutating func takeLost() -> [Member] {
        defer { lost = [] }
        return lost
    }

    /// The whole stack ends: whatever ends from now on was asked to, and nothing follows it.
    mutating func stopAll() {
        members.removeAll(where: \.isBackingOff)
        for index in members.indices { members[index].phase = .stopping }
    }

    /// The process is gone or could not be started. Returns the wait before the next try; nil when none will follow.
    mutating func ended(_ number: Int, _ failure: TaskFailure, at now: Instant) -> Duration? {
        guard let index = index(number) else { return nil }
        guard !members[index].isStopping else {
            members.remove(at: index)
            return nil
        }
        var healthyFor: Duration?
        if case .healthy(let since) = members[index].phase { healthyFor = now - since }
        let wait = members[index].backoff.failed(healthyFor: healthyFor)
        members[index].phase = .backingOff(until: now + wait)
        members[index].failure = failure
        return wait
    }

    private func index(_ number: Int) -> Int? { members.firstIndex { $0.number == number } }
}

// What to do about it.
extension TaskGroup {
    mutating func next(at now: Instant) -> [Action] {
        endGrace(at: now)
        members = members.filter { !(isOutgoing($0) && $0.isBackingOff) }
        return restartDue(at: now) + stopUntried() + startMissing(at: now) + stopReplaced() + stopSurplus()
    }

    private var staying: [Member] { members.filter { !$0.isStopping } }
    private var outgoing: [Member] { members.filter { !$0.isStopping && isOutgoing($0) } }
    /// All that stay but those on trial.
    private var regular: [Member] { staying.filter { !isOfTrial($0) } }
    private var fresh: [Member] { regular.filter { !isOutgoing($0) } }
    private var onTrial: [Member] { staying.filter { isOfTrial($0) && !isOutgoing($0) } }
    /// No new task may start before an old one leaves.
    private var isFull: Bool { fresh.count < count && regular.count >= rules.most(of: count) }

    private func isOfTrial(_ member: Member) -> Bool { member.version == trial?.version }

    private func isOutgoing(_ member: Member) -> Bool {
        isOld(member) || member.phase == .unhealthy || member.isMisplaced
    }

    private func isOld(_ member: Member) -> Bool { member.version != version && !isOfTrial(member) }

    private var openZones: [String] { zones.filter { !lostZones.contains($0) } }

    private mutating func endGrace(at now: Instant) {
        for index in members.indices {
            guard case .starting(let since) = members[index].phase, now >= since + grace else { continue }
            // Without a failed check yet, the first one will decide.
            if members[index].failure != nil { lose(index) }
        }
    }

    private mutating func restartDue(at now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in members.indices {
            guard case .backingOff(let until) = members[index].phase, until <= now else { continue }
            lastNumber += 1
            members[index].number = lastNumber
            if lostZones.contains(members[index].zone) {
                let others = members.filter { !$0.isStopping && !lostZones.contains($0.zone) }.map(\.zone)
                members[index].zone = ZoneSpread.zoneForNext(zones: openZones, occupied: others)
            }
            members[index].phase = .starting(since: now)
            members[index].failure = nil
            members[index].restarts += 1
            actions.append(.start(number: lastNumber, zone: members[index].zone))
        }
        return actions
    }

    /// Of another version, and nobody has ever been answered by them.
    private mutating func stopUntried() -> [Action] {
        outgoing.filter(\.isPending).map { stop($0.number, because: "replaced by another version") }
    }

    private mutating func startMissing(at now: Instant) -> [Action] {
        var actions: [Action] = []
        while let trial, onTrial.count < trial.count { actions.append(startOne(of: trial.version, at: now)) }
        while fresh.count < count, regular.count < rules.most(of: count) {
            actions.append(startOne(of: version, at: now))
        }
        return actions
    }

    private mutating func startOne(of version: Int, at now: Instant) -> Action {
        lastNumber += 1
        let kept = members.filter { !$0.isStopping && !isOutgoing($0) && $0.version == version }
        let zone = ZoneSpread.zoneForNext(zones: openZones, occupied: kept.map(\.zone))
        members.append(
            Member(number: lastNumber, zone: zone, version: version, phase: .starting(since: now)))
        return .start(number: lastNumber, zone: zone)
    }

    private mutating func stopReplaced() -> [Action] {
        var actions: [Action] = []
        var healthy = regular.count(where: \.isHealthy)
        for member in outgoing.sorted(by: { !$0.isHealthy && $1.isHealthy }) {
            guard mayLeave(member, healthy: healthy) else { continue }
            if member.isHealthy { healthy -= 1 }
            actions.append(stop(member.number, because: reasonToReplace(member)))
        }
        return actions
    }

    /// - Parameter healthy: how many answer now, without those on trial.
    private func mayLeave(_ member: Member, healthy: Int) -> Bool {
        if let trial, isOfTrial(member) { return onTrial.count(where: \.isHealthy) >= trial.count }
        guard member.isHealthy else { return healthy >= count || isFull }
        return healthy > count || (isFull && healthy > rules.fewest(of: count))
    }

    private func reasonToReplace(_ member: Member) -> String {
        if isOld(member) { return "replaced by another version" }
        return member.isMisplaced ? "moved to a zone that has fewer" : "unhealthy, replaced"
    }

    private mutating func stopSurplus() -> [Action] {
        var actions: [Action] = []
        while count == 0, let member = staying.last { actions.append(stop(member.number, because: "no longer wanted")) }
        while outgoing.isEmpty, fresh.count > count, let member = mostDispensable(among: fresh) {
            actions.append(stop(member.number, because: "fewer tasks wanted"))
        }
        while let trial, onTrial.count > trial.count, let member = mostDispensable(among: onTrial) {
            actions.append(stop(member.number, because: "fewer tasks wanted"))
        }
        return actions
    }

    /// One that does not run, else one that does not serve yet, else the newest in the fullest zone.
    private func mostDispensable(among members: [Member]) -> Member? {
        let waiting = members.last(where: \.isBackingOff) ?? members.last { !$0.isHealthy }
        if let waiting { return waiting }
        let zone = ZoneSpread.zoneToLeave(zones: zones, occupied: members.map(\.zone))
        return members.last { $0.zone == zone } ?? members.last
    }

    /// A task without a process is gone at once.
    private mutating func stop(_ number: Int, because reason: String) -> Action {
        if let index = index(number) {
            if members[index].isBackingOff { members.remove(at: index) } else { members[index].phase = .stopping }
        }
        return .stop(number: number, because: reason)
    }
}

// Zones that go and come back.
extension TaskGroup {
    /// What runs there is killed by whatever took the zone; its successors start elsewhere.
    mutating func lose(zone: String) { lostZones.insert(zone) }

    /// What had to start elsewhere meanwhile goes back where the spread asks for it, one at a time.
    mutating func regain(zone: String) {
        lostZones.remove(zone)
        let staying = members.filter { !$0.isStopping && !$0.isMisplaced }
        var occupied = staying.map(\.zone)
        for member in staying.reversed() {
            let spare = ZoneSpread.zoneToLeave(zones: openZones, occupied: occupied)
            let wanting = ZoneSpread.zoneForNext(zones: openZones, occupied: occupied)
            guard occupied.count(where: { $0 == spare }) - occupied.count(where: { $0 == wanting }) > 1 else { return }
            guard member.zone == spare, let index = members.firstIndex(where: { $0.number == member.number }),
                let place = occupied.firstIndex(of: spare)
            else { continue }
            members[index].isMisplaced = true
            occupied[place] = wanting
        }
    }
}
