/// The tasks of one service as values, and the decision what to start and to stop. No process and no clock here: time
/// comes in, actions go out. The rules are those of an ECS service with 100 % minimum healthy tasks: a new one is healthy
/// before an old one leaves; one at a time.
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

        var isStopping: Bool { phase == .stopping }
        var isHealthy: Bool { if case .healthy = phase { true } else { false } }
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

    let zones: [String]
    private(set) var members: [Member] = []
    /// The version that every task shall have, and how many tasks.
    private(set) var version = 0
    private(set) var count = 0
    private var grace: Duration = .zero
    private var lastNumber = 0

    init(zones: [String]) { self.zones = zones }

    /// Sets what is wanted; `next` says how to get there.
    mutating func want(version: Int, count: Int, grace: Duration) {
        self.version = version
        self.count = count
        self.grace = grace
    }

    /// Everything that is wanted is there and nothing else.
    var isSteady: Bool { members.count == count && members.allSatisfy { $0.version == version && $0.isHealthy } }

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
        defer { members[index].phase = .unhealthy }
        return members[index].phase != .unhealthy
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
        var actions = restartDue(at: now)
        while staying.count < count { actions.append(startOne(at: now)) }
        actions += replaceOutgoing(at: now)
        actions += stopSurplus()
        return actions
    }

    private var staying: [Member] { members.filter { !$0.isStopping } }
    private var outgoing: [Member] { members.filter { !$0.isStopping && isOutgoing($0) } }

    private func isOutgoing(_ member: Member) -> Bool { member.version != version || member.phase == .unhealthy }

    private mutating func endGrace(at now: Instant) {
        for index in members.indices {
            guard case .starting(let since) = members[index].phase, now >= since + grace else { continue }
            // Without a failed check yet, the first one will decide.
            if members[index].failure != nil { members[index].phase = .unhealthy }
        }
    }

    private mutating func restartDue(at now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in members.indices {
            guard case .backingOff(let until) = members[index].phase, until <= now else { continue }
            lastNumber += 1
            members[index].number = lastNumber
            members[index].phase = .starting(since: now)
            members[index].failure = nil
            members[index].restarts += 1
            actions.append(.start(number: lastNumber, zone: members[index].zone))
        }
        return actions
    }

    private mutating func startOne(at now: Instant) -> Action {
        lastNumber += 1
        let kept = members.filter { !$0.isStopping && !isOutgoing($0) }
        let zone = ZoneSpread.zoneForNext(zones: zones, occupied: kept.map(\.zone))
        members.append(
            Member(number: lastNumber, zone: zone, version: version, phase: .starting(since: now)))
        return .start(number: lastNumber, zone: zone)
    }

    /// One new task at a time; while it is not healthy yet, nothing else leaves.
    private mutating func replaceOutgoing(at now: Instant) -> [Action] {
        guard !outgoing.isEmpty, !staying.contains(where: { $0.version == version && $0.isPending }) else { return [] }
        let surplus = staying.count - count
        guard surplus > 0 else { return [startOne(at: now)] }
        let leaving = outgoing.sorted { !$0.isHealthy && $1.isHealthy }.prefix(surplus)
        return leaving.map { member in
            stop(
                member.number, because: member.version != version ? "replaced by a new version" : "unhealthy, replaced")
        }
    }

    private mutating func stopSurplus() -> [Action] {
        var actions: [Action] = []
        while outgoing.isEmpty || count == 0, staying.count > count, let member = mostDispensable() {
            actions.append(stop(member.number, because: count == 0 ? "no longer wanted" : "fewer tasks wanted"))
        }
        return actions
    }

    /// One that does not serve yet, else the newest in the fullest zone.
    private func mostDispensable() -> Member? {
        if let waiting = staying.last(where: { !$0.isHealthy }) { return waiting }
        let zone = ZoneSpread.zoneToLeave(zones: zones, occupied: staying.map(\.zone))
        return staying.last { $0.zone == zone } ?? staying.last
    }

    /// A task without a process is gone at once.
    private mutating func stop(_ number: Int, because reason: String) -> Action {
        if let index = index(number) {
            if members[index].isBackingOff { members.remove(at: index) } else { members[index].phase = .stopping }
        }
        return .stop(number: number, because: reason)
    }
}
