package import Foundation
package import Processes
package import Stacks

/// Keeps the tasks of every service running: starts, restarts, replaces and stops them. What to do is decided by `TaskGroup`;
/// this actor carries it out and tells `TaskTraffic` and the watcher what happened.
package actor TaskSupervisor {
    package struct Settings: Sendable {
        /// Absolute; goes into `TERRACE_STACK` of every task, so that a later `up` finds strays.
        package var stackFolder: URL
        /// Where commands run.
        package var manifestFolder: URL
        /// Made when it is missing.
        package var logsFolder: URL
        package var zones: [String]
        /// The environment of the caller of `terrace up`.
        package var environment: [String: String]
        /// What the kernel shows of control groups.
        package var cgroups: @Sendable () -> CgroupFacts

        package init(
            stackFolder: URL, manifestFolder: URL, logsFolder: URL, zones: [String], environment: [String: String],
            cgroups: @escaping @Sendable () -> CgroupFacts = { CgroupFacts.current() }
        ) {
            self.cgroups = cgroups
            self.stackFolder = stackFolder
            self.manifestFolder = manifestFolder
            self.logsFolder = logsFolder
            self.zones = zones
            self.environment = environment
        }
    }

    /// What every task gets about the database.
    package struct DatabaseAccess: Sendable, Equatable {
        /// `PGHOST`, `DATABASE_URL` and so on.
        package var environment: [String: String]
        /// Becomes `PGPASSWORD`.
        package var password: Secret?

        package init(environment: [String: String] = [:], password: Secret? = nil) {
            self.environment = environment
            self.password = password
        }
    }

    /// Finds the values of a service's secrets, or throws a report of those that are missing.
    package typealias SecretSource = @Sendable (_ names: [String]) throws -> [String: Secret]

    let settings: Settings
    let traffic: any TaskTraffic
    let secrets: SecretSource
    let watch: @Sendable (TaskEvent) -> Void
    let logs: LogCollector
    let releases: ReleaseStore
    var ports = FreePorts()
    var supervised: [String: SupervisedService] = [:]
    /// In the manifest's order.
    var order: [String] = []
    var database = DatabaseAccess()
    var isStopping = false
    var limiting = TaskLimiting.unknown
    /// What a person should know about limits; nil when there is nothing to say.
    package internal(set) var limitNote: String?
    /// How many tasks are wanted, where it is not the manifest's least.
    private var counts: [String: Int] = [:]
    /// One-off tasks, by name.
    var runs: [String: ChildProcess] = [:]
    var lastRun = 0
    private var waiting: [(services: Set<String>?, continuation: CheckedContinuation<[Problem], Never>)] = []

    /// Makes the logs folder; throws when that or the collecting thread fails.
    package init(
        settings: Settings, traffic: any TaskTraffic, secrets: @escaping SecretSource,
        watch: @escaping @Sendable (TaskEvent) -> Void
    ) throws {
        self.settings = settings
        self.traffic = traffic
        self.secrets = secrets
        self.watch = watch
        releases = ReleaseStore(folder: settings.stackFolder.appending(path: "releases"))
        try FileManager.default.createDirectory(
            at: settings.logsFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        logs = try LogCollector(folder: settings.logsFolder.path(percentEncoded: false))
    }

    /// Sets what shall run and returns when its files are kept; tasks are started, rolled or stopped from then on. A service whose
    /// command, environment, secrets, database access or files changed is rolled; one whose count changed grows or shrinks; one
    /// that is the same stays untouched. Calling it again with the same services retries a failed release.
    /// - Parameters:
    ///   - deploying: services that run what the manifest says although a rollback holds something else.
    ///   - staying: services that go on with the version that served last, whatever the files are by now.
    package func apply(
        _ services: [Service], database: DatabaseAccess = DatabaseAccess(), deploying: Set<String> = [],
        staying: Set<String> = []
    ) async {
        let settled = staying.filter { supervised[$0]?.settled != nil }
        let prepared = await prepare(services.filter { !settled.contains($0.name) }, deploying: deploying)
        guard !isStopping else { return }
        self.database = database
        order = services.map(\.name)
        for service in services {
            let release = prepared[service.name] ?? .failure(TaskSupervisor.noCommand)
            apply(service, settled.contains(service.name) ? nil : release)
        }
        for name in supervised.keys where !order.contains(name) {
            supervised[name]?.want(count: 0)
            reconcile(name)
        }
    }

    /// nil: the version that served last.
    private func apply(_ service: Service, _ release: Result<Release, TaskFailure>?) {
        var entry = supervised[service.name] ?? SupervisedService(service, zones: settings.zones)
        entry.service = service
        entry.scaled = counts[service.name]
        entry.setupFailure = nil
        do {
            if let release {
                entry.aim(at: try version(of: service, try release.get()))
            } else {
                entry.aimAtSettled()
            }
        } catch {
            entry.setupFailure = failure(from: error)
            report(service.name, entry.setupFailure?.message ?? "")
        }
        supervised[service.name] = entry
        adoptTarget(service.name)
    }

    static let noCommand = TaskFailure(
        "has no command for this machine", next: "write `command:` into the manifest")

    /// Moves a service to the version it was asked for: at once, or after its release command.
    func adoptTarget(_ name: String) {
        guard let entry = supervised[name], !isStopping else { return }
        if entry.setupFailure == nil, entry.releaseFailure == nil, order.contains(name) {
            if entry.needsRelease, !entry.isReleasing { startRelease(name) }
            if !entry.needsRelease {
                supervised[name]?.runTarget()
                tellTraffic(name)
            }
        }
        supervised[name]?.want(count: order.contains(name) ? entry.count : 0)
        reconcile(name)
    }

    /// What tasks of a release are started with now: its own settings, the secrets and the database of the day.
    func version(of service: Service, _ release: Release) throws -> ServiceVersion {
        let content = release.content
        let environment = TaskEnvironment(
            caller: settings.environment, service: content.environment, database: database.environment,
            secrets: try secretValues(content.secrets), stackFolder: settings.stackFolder.path(percentEncoded: false),
            serviceName: service.name)
        return ServiceVersion(
            command: content.command.command, release: content.release?.command, environment: environment,
            takesRequests: service.takesRequests, taskProtocol: service.taskProtocol, files: content.files,
            number: release.number, limits: enforced(service.limits, of: service.name))
    }

    func secretValues(_ names: [String]) throws -> [String: Secret] {
        var values = names.isEmpty ? [:] : try secrets(names)
        if let password = database.password { values["PGPASSWORD"] = password }
        return values
    }

    func failure(from error: any Error) -> TaskFailure {
        if let failure = error as? TaskFailure { return failure }
        if let missing = error as? MissingSecrets { return TaskFailure(missing.summary, next: missing.next) }
        return TaskFailure("\(error)")
    }

    /// Takes effect with the next `apply`.
    package func setCounts(_ counts: [String: Int]) { self.counts = counts }

    /// Takes effect now: more tasks start, or those that are too many drain and end.
    package func scale(_ name: String, to count: Int) {
        counts[name] = count
        guard supervised[name] != nil, order.contains(name), !isStopping else { return }
        supervised[name]?.scaled = count
        supervised[name]?.want(count: count)
        reconcile(name)
    }

    func report(_ subject: String, _ text: String) { watch(TaskEvent(subject: subject, text: text)) }
}

// The loop: events come in, decisions are carried out.
extension TaskSupervisor {
    /// Carries out what the service's group decides now, and comes back when the group has to decide again.
    func reconcile(_ name: String) {
        guard !isStopping else { return }
        // Each start may fail at once, and each task that leaves makes room for another: so many rounds settle all but a new wait.
        for _ in 0..<3 + 2 * (supervised[name]?.group.members.count ?? 0) {
            let actions = supervised[name]?.group.next(at: .now) ?? []
            for action in actions { carryOut(action, name) }
            if !noteUnhealthy(name), actions.isEmpty { break }
        }
        followRollout(name)
        if let entry = supervised[name], !order.contains(name), entry.isGone {
            entry.alarm?.cancel()
            supervised[name] = nil
        }
        supervised[name]?.forgetEnded()
        setAlarm(name)
        answerWaiting()
    }

    private func carryOut(_ action: TaskGroup.Action, _ name: String) {
        switch action {
        case .start(let number, let zone): start(name, number: number, zone: zone)
        case .stop(let number, let reason): stopTask(name, number: number, because: reason)
        }
    }

    private func setAlarm(_ name: String) {
        supervised[name]?.alarm?.cancel()
        guard let at = supervised[name]?.group.wakeAt else { return }
        supervised[name]?.alarm = Task { [weak self] in
            do { try await Task.sleep(until: at, clock: .continuous) } catch { return }
            await self?.reconcile(name)
        }
    }

    /// Returns when these services (nil: all) run as wanted (no problems), or as soon as the wanted version of one cannot
    /// without the user: its problems. What is wrong with an older version that is being replaced does not count. The
    /// supervisor goes on trying either way.
    package func waitForOutcome(of services: Set<String>? = nil) async -> [Problem] {
        await withCheckedContinuation { continuation in
            waiting.append((services, continuation))
            answerWaiting()
        }
    }

    func answerWaiting() {
        let asked = waiting
        waiting = []
        for (services, continuation) in asked {
            let entries = supervised.filter { services?.contains($0.key) ?? true }.values
            let problems = order.compactMap { supervised[$0] }.filter { services?.contains($0.service.name) ?? true }
                .flatMap(problemsOfTarget)
            if isStopping || !problems.isEmpty || entries.allSatisfy(\.isSteady) {
                continuation.resume(returning: problems)
            } else {
                waiting.append((services, continuation))
            }
        }
    }
}

// What the load balancer tells.
extension TaskSupervisor {
    package func taskBecameHealthy(_ task: String) {
        guard let (name, number) = find(task) else { return }
        if supervised[name]?.group.becameHealthy(number, at: .now) == true { report(task, "healthy") }
        reconcile(name)
    }

    /// For a task that was healthy: call it when the limit of failures in a row is reached. For one that never was: at every
    /// failed check. Within the grace after the start the reason is only shown; later the task is replaced, its successor first.
    package func taskBecameUnhealthy(_ task: String, _ failure: HealthFailure) {
        guard let (name, number) = find(task), let running = supervised[name]?.running[number] else { return }
        let reason = Diagnosis.unhealthy(failure, port: running.port, pid: running.child.pid)
        if supervised[name]?.group.becameUnhealthy(number, reason, at: .now) == true {
            report(task, "unhealthy: \(reason.message)")
        }
        tellIfSlow(name, number, reason)
        reconcile(name)
    }

    /// Once for each task, so that whoever waits for it knows for what and how long.
    private func tellIfSlow(_ name: String, _ number: Int, _ reason: TaskFailure) {
        guard let entry = supervised[name], let running = entry.running[number], !running.isCalledSlow,
            entry.group.member(number)?.isStarting == true, .now - running.startedInstant > TaskSupervisor.patience
        else { return }
        supervised[name]?.running[number]?.isCalledSlow = true
        let grace = entry.service.health.grace.written
        report("\(name).\(number)", "not healthy yet: \(reason.message); has \(grace) from its start (health: grace)")
    }

    private func find(_ task: String) -> (name: String, number: Int)? {
        guard let dot = task.lastIndex(of: "."), let number = Int(task[task.index(after: dot)...]) else { return nil }
        let name = String(task[..<dot])
        return supervised[name] == nil ? nil : (name, number)
    }
}
