package import Foundation
package import Stacks

/// Starts the jobs of a stack at their times, one run of each at a time. When is decided by `JobTimer`; how is the tasks' to say.
package actor JobKeeper {
    /// Runs a job as a task of its service and returns when it has ended. Throws when it could not be started.
    package typealias Carry =
        @Sendable (ScheduledJob, _ each: @escaping @Sendable (LogLine) -> Void) async throws -> TaskEnd
    package typealias Say = @Sendable (_ subject: String, _ message: String, StackEvent.Level) -> Void

    /// Between two looks at most: a machine that wakes up and a clock that is set are noticed.
    private static let interval = Duration.seconds(15)

    private let now: @Sendable () -> Date
    private let carry: Carry
    private let say: Say
    private var record: JobRecord
    private var jobs: [ScheduledJob] = []
    private var zones: [String: TimeZone] = [:]
    private var timers: [String: JobTimer] = [:]
    /// Runs since the start that a schedule began and that did not succeed.
    private var failures: [String: Int] = [:]
    private var loop: Task<Void, Never>?
    private var isStopping = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(
        file: String, now: @escaping @Sendable () -> Date = { Date() }, carry: @escaping Carry, say: @escaping Say
    ) {
        record = JobRecord(path: file, now: now())
        self.now = now
        self.carry = carry
        self.say = say
        if let loss = record.loss { say("jobs", loss, .warning) }
    }

    /// What a person should know about the record of earlier runs; nil when there is nothing to say.
    package var note: String? { record.loss }

    /// Whether this machine knows the zones of all jobs.
    package static func check(_ jobs: [ScheduledJob]) throws(Report) {
        for job in jobs where TimeZone(identifier: job.timezone) == nil {
            throw Report(
                "this machine does not know the time zone \(job.timezone) of the job \(job.name)",
                state: "nothing was changed", next: "install its time zones (`apt install tzdata`), or write UTC")
        }
    }

    /// What shall run from now on. A run under way goes on.
    package func adopt(_ jobs: [ScheduledJob]) {
        let before = Dictionary(self.jobs.map { ($0.name, $0) }) { first, _ in first }
        self.jobs = jobs
        for job in jobs {
            zones[job.name] = TimeZone(identifier: job.timezone)
            let old = before[job.name]
            guard old?.schedule != job.schedule || old?.timezone != job.timezone else { continue }
            if timers[job.name] == nil {
                timers[job.name] = JobTimer(job.schedule, at: second, offset: offset(job.name))
            } else {
                timers[job.name]?.follow(job.schedule, at: second, offset: offset(job.name))
            }
        }
        timers = timers.filter { name, timer in timer.isRunning || jobs.contains { $0.name == name } }
        if loop != nil { begin() }
    }

    /// Starts what is due from now on.
    package func begin() {
        loop?.cancel()
        guard !isStopping, !jobs.isEmpty else {
            loop = nil
            return
        }
        loop = Task { [weak self] in
            while let wait = await self?.look(), (try? await Task.sleep(for: wait)) != nil {}
        }
    }

    /// Starts nothing any more.
    package func stopStarting() {
        isStopping = true
        loop?.cancel()
    }

    /// Returns when the last run has ended and is noted.
    package func finished() async {
        guard timers.values.contains(where: \.isRunning) else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// In the manifest's order.
    package func status() -> [JobStatus] {
        jobs.map { job in
            JobStatus(
                name: job.name, service: job.service, schedule: job.schedule.text, timezone: job.timezone,
                next: timers[job.name]?.due.map { Date(timeIntervalSince1970: Double($0)) },
                last: record.runs[job.name])
        }
    }

    /// By the names of all jobs, so that one that has not failed is known to have been looked at.
    package func failedRuns() -> [String: Int] {
        Dictionary(jobs.map { ($0.name, failures[$0.name] ?? 0) }) { first, _ in first }
    }

    private var second: Int { Int(now().timeIntervalSince1970.rounded(.down)) }

    private func offset(_ name: String) -> (Int) -> Int {
        let zone = zones[name]
        return { zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) ?? 0 }
    }
}

// The runs.
extension JobKeeper {
    /// Starts what is due; how long nothing will be.
    @discardableResult
    package func look() -> Duration? {
        guard !isStopping, !Task.isCancelled else { return nil }
        let moment = second
        for job in jobs {
            switch timers[job.name]?.look(at: moment, offset: offset(job.name)) {
            case .start:
                timers[job.name]?.began()
                Task { await perform(job, .schedule) { _ in } }
            case .skip: tell(job.name, "skipped: the run before still goes on", .warning)
            case .missed: tell(job.name, "missed its time while nobody was there; it is not made up", .warning)
            case nil: break
            }
        }
        let next = jobs.compactMap { timers[$0.name]?.due }.min() ?? .max
        let left = Double(next) - now().timeIntervalSince1970
        return .milliseconds(Int(min(max(left * 1000, 1), JobKeeper.interval / .milliseconds(1)).rounded(.up)))
    }

    /// Starts one now, whatever its schedule says, and returns when it has ended.
    package func run(_ name: String, each: @escaping @Sendable (LogLine) -> Void) async throws -> JobRun {
        guard let job = jobs.first(where: { $0.name == name }) else {
            let names = jobs.map(\.name).joined(separator: ", ")
            throw Report(
                "there is no job \(name)", expected: names.isEmpty ? nil : names, state: "nothing was started",
                next: "a job that is new in the manifest comes with `terrace up`")
        }
        guard !isStopping else { throw Report("the stack is stopping", state: "nothing was started") }
        guard timers[name]?.isRunning == false else {
            throw Report(
                "the job \(name) runs already", state: "nothing was started",
                next: "wait until it has ended: `terrace jobs` says so")
        }
        timers[name]?.began()
        return await perform(job, .hand, each)
    }

    @discardableResult
    private func perform(
        _ job: ScheduledJob, _ cause: JobRun.Cause, _ each: @escaping @Sendable (LogLine) -> Void
    ) async -> JobRun {
        var run = JobRun(startedAt: now(), cause: cause)
        note(run, job.name)
        do {
            run.ended(try await carry(job, each), at: now())
        } catch {
            (run.endedAt, run.result) = (now(), .notStarted)
            run.reason = (error as? Report)?.what ?? "\(error)"
        }
        timers[job.name]?.ended()
        // Whoever starts one by hand sees how it ends.
        if run.cause == .schedule, run.result != .succeeded { failures[job.name, default: 0] += 1 }
        if !jobs.contains(where: { $0.name == job.name }) { timers[job.name] = nil }
        note(run, job.name)
        tell(job.name, JobKeeper.end(of: run, job), run.result == .succeeded ? .info : .warning)
        if !timers.values.contains(where: \.isRunning) {
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        return run
    }

    private static func end(of run: JobRun, _ job: ScheduledJob) -> String {
        switch run.result {
        case .timedOut: "was ended after its timeout of \(job.timeout.written)"
        case .notStarted: "was not started: \(run.reason ?? "")"
        default:
            run.reason ?? run.signal.map { "ended with signal \($0)" } ?? "ended with exit code \(run.exitCode ?? 0)"
        }
    }

    private func note(_ run: JobRun, _ name: String) {
        do {
            try record.note(run, of: name, known: Set(jobs.map(\.name)))
        } catch {
            tell(name, "its run could not be noted: \(error)", .warning)
        }
    }

    private func tell(_ name: String, _ message: String, _ level: StackEvent.Level) {
        say("job \(name)", message, level)
    }
}
