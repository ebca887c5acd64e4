import Foundation
import LocalTarget
import Plans
import Provisioning
import Resources
import Stacks

/// A job of a stack in the cloud, as `jobs` and `status` tell it, and as their JSON.
struct CloudJob: Sendable, Equatable, Encodable {
    enum State: String, Sendable, Encodable {
        case scheduled
        /// Somebody has switched it off.
        case disabled
        /// `up` would change it.
        case differs
        /// `up` would make it.
        case missing
    }

    var name: String
    var service: String
    /// Five fields, as the manifest has them.
    var schedule: String
    var timezone: String
    /// Nil when nothing starts it at the manifest's times, or when this machine does not know the zone.
    var next: Date?
    var state: State
    /// nil before the first one; those that were started by hand are not among them.
    var last: JobRun?

    private init(_ job: ScheduledJob, _ look: CloudLook, last: JobRun?, now: Date) {
        let address = CloudService.address(.schedule, job.name)
        self.last = last
        (name, service, schedule, timezone) = (job.name, job.service, job.schedule.text, job.timezone)
        let found = ScheduleSettings(look.world.resources[address]?.settings)
        let machine = CloudService.address(.stateMachine, job.name)
        state = State(found, isChanged: look.plan.changes.contains { $0.address == address || $0.address == machine })
        guard let found, let wanted = ScheduleSettings(look.graph[address]?.settings), found.isEnabled,
            (found.expression, found.timezone) == (wanted.expression, wanted.timezone)
        else { return }
        next = CloudJob.start(job, after: now)
    }

    static func all(_ look: CloudLook, _ session: CloudSession, now: Date) async throws -> [CloudJob] {
        var jobs: [CloudJob] = []
        for job in session.stack.jobs {
            var last: JobRun?
            if let machine = look.world.resources[CloudService.address(.stateMachine, job.name)] {
                last = try await session.cloud.lastRun(of: machine).map { JobRun($0) }
            }
            jobs.append(CloudJob(job, look, last: last, now: now))
        }
        return jobs
    }

    private static func start(_ job: ScheduledJob, after now: Date) -> Date? {
        guard let zone = TimeZone(identifier: job.timezone) else { return nil }
        let start = job.schedule.next(after: Int(now.timeIntervalSince1970.rounded(.down))) { moment in
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
        }
        return start.map { Date(timeIntervalSince1970: TimeInterval($0)) }
    }
}

extension CloudJob.State {
    fileprivate init(_ found: ScheduleSettings?, isChanged: Bool) {
        guard let found else {
            self = .missing
            return
        }
        self = !found.isEnabled ? .disabled : isChanged ? .differs : .scheduled
    }
}

extension JobRun {
    /// In the words of a run on this machine.
    init(_ end: CloudJobEnd) {
        func date(_ milliseconds: Int) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
        self.init(startedAt: date(end.startedAt), cause: .schedule, endedAt: end.endedAt.map(date))
        switch end.result {
        case .running: break
        case .succeeded: (result, exitCode) = (.succeeded, 0)
        case .failed(let code, let reason): (result, exitCode, self.reason) = (.failed, code, reason)
        case .timedOut: result = .timedOut
        case .notStarted(let reason): (result, self.reason) = (.notStarted, reason)
        case .stopped: result = .interrupted
        }
    }
}

extension ScheduleSettings {
    /// Nil for what is no schedule.
    init?(_ settings: Settings?) {
        guard case .schedule(let schedule)? = settings else { return nil }
        self = schedule
    }
}

/// `jobs --on aws`.
struct CloudJobsReading: Sendable {
    var request: CloudRequest
    var json: Bool

    func callAsFunction() async throws {
        let surroundings = Surroundings.current
        let now = surroundings.now()
        let jobs = try await request.open { session in
            try await CloudJob.all(try await CloudLook.take(session), session, now: now)
        }
        guard !json else { return surroundings.output(try ChangeDocument.pretty(jobs)) }
        guard !jobs.isEmpty else { return surroundings.say("\(request.stack.fullName) has no jobs") }
        let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 100
        let view = CloudJobsView(style: surroundings.style, now: now)
        surroundings.output(view.lines(jobs, width: max(40, width)).joined(separator: "\n") + "\n")
    }
}

/// `jobs run --on aws`: a task of the service with the job's command, which this verb ends at the job's timeout.
struct CloudJobRun: Sendable {
    var request: CloudRequest
    var name: String

    func callAsFunction() async throws {
        guard let job = request.stack.jobs.first(where: { $0.name == name }) else {
            let known = request.stack.jobs.map(\.name).joined(separator: ", ")
            throw Report(
                "there is no job \(name)", expected: known.isEmpty ? nil : known,
                state: "nothing was started")
        }
        try await CloudRun(
            request: request, service: job.service, words: job.command.words, timeout: job.timeout)()
    }
}
