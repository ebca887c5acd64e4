import Stacks

/// When a job starts next, and what becomes of a start when its time has come. No clock: moments come in, as whole seconds
/// since 1970-01-01T00:00:00Z.
struct JobTimer: Sendable, Equatable {
    enum Decision: Sendable, Equatable {
        case start
        /// The run before still goes on.
        case skip
        /// Nobody was there at its time: the machine slept, or its clock was put forward. It is not made up.
        case missed
    }

    /// A start that comes later than this after its time is one that was missed, in seconds.
    static let lateness = 60

    let schedule: CronSchedule
    private(set) var due: Int?
    private(set) var isRunning = false
    private var lastLook: Int

    init(_ schedule: CronSchedule, at now: Int, offset: (Int) -> Int) {
        self.schedule = schedule
        lastLook = now
        due = schedule.next(after: now, offset: offset)
    }

    /// nil while its time has not come.
    mutating func look(at now: Int, offset: (Int) -> Int) -> Decision? {
        // What was reckoned with a clock that was wrong by then is reckoned anew.
        if now < lastLook - JobTimer.lateness { due = schedule.next(after: now, offset: offset) }
        lastLook = now
        guard let time = due, now >= time else { return nil }
        due = schedule.next(after: now, offset: offset)
        if now - time > JobTimer.lateness { return .missed }
        return isRunning ? .skip : .start
    }

    mutating func began() { isRunning = true }
    mutating func ended() { isRunning = false }

    /// Another schedule for the same job; a run that goes on is still one.
    mutating func follow(_ schedule: CronSchedule, at now: Int, offset: (Int) -> Int) {
        let wasRunning = isRunning
        self = JobTimer(schedule, at: now, offset: offset)
        isRunning = wasRunning
    }
}
