package import Foundation
import Machine
import NIOCore
import NIOPosix
import Processes
package import Stacks
import Streams
import TrafficRules

/// Runs one stack on this machine: starts the tiers, listens to them, answers what is asked, and ends them in order.
package actor Supervisor: StackSupervisor {
    enum Stage { case starting, running, stopping, stopped }

    nonisolated let folder: StackFolder
    nonisolated let environment: [String: String]
    nonisolated let journal: EventJournal
    nonisolated let loops: [any EventLoop]
    nonisolated let startedAt = Date()
    nonisolated let startedInstant = ContinuousClock.now
    var stack: Stack
    var manifest: [ManifestSource]
    var stage = Stage.starting
    /// One change at a time: two would undo each other.
    var isChanging = false
    /// What is being broken on purpose.
    var drill: RunningDrill?
    var parts = StackParts()
    var firewallLoading: Task<Void, Never>?
    /// Of each certificate that is shown, and what lets it look at the calendar.
    var keepers: [(keeper: CertificateKeeper, watch: Task<Void, Never>)] = []
    /// How many tasks each service shall have, whoever said so last.
    var scales: [String: ServiceScale] = [:]
    var scalingWatches: [String: ScalingWatch] = [:]
    var scalingLoop: Task<Void, Never>?
    let scalingPace = TargetTracking.Pace()
    var alarmBoard: AlarmBoard
    var alarmLoop: Task<Void, Never>?
    let alarmPace: AlarmPace
    var receivers = Receivers()
    var recent = RecentTraffic()
    var loads = TaskLoads()
    private var start: Task<Void, any Error>?
    private var ending: Task<Void, Never>?

    private init(
        stack: Stack, manifest: [ManifestSource], folder: StackFolder, environment: [String: String],
        journal: EventJournal, alarmPace: AlarmPace
    ) {
        self.alarmPace = alarmPace
        alarmBoard = AlarmBoard(second: alarmPace.second) { Supervisor.reasonUnmeasured($0) == nil }
        self.stack = stack
        self.manifest = manifest
        self.folder = folder
        self.environment = environment
        self.journal = journal
        loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator().prefix(Processors.allowed))
    }

    /// Begins to start the tiers of `stack` and returns; `folder` is the manifest's, `environment` this process's own
    /// variables. The caller holds the stack's `SupervisorLock`.
    package static func launch(
        stack: Stack, manifest: [ManifestSource], folder: URL, environment: [String: String],
        alarmPace: AlarmPace = AlarmPace(), events: @escaping @Sendable (StackEvent) -> Void
    ) async throws -> Supervisor {
        // Every connection takes a descriptor, a proxied one two.
        Descriptors.raiseLimit(to: 1 << 20)
        let supervisor = Supervisor(
            stack: stack, manifest: manifest,
            folder: StackFolder(manifestFolder: folder, environment: stack.environment), environment: environment,
            journal: EventJournal(events), alarmPace: alarmPace)
        await supervisor.begin()
        return supervisor
    }

    private func begin() {
        start = Task { try await self.bringUp() }
    }

    package func waitUntilReady() async throws {
        do {
            try await start?.value
        } catch {
            throw Report(describing: error, stack: stack.fullName)
        }
    }

    package func waitUntilStopped() async {
        while stage != .stopped {
            if let ending {
                await ending.value
            } else {
                await withCheckedContinuation { waiting.append($0) }
            }
        }
    }

    private var waiting: [CheckedContinuation<Void, Never>] = []

    package func stop() async {
        if ending == nil {
            stage = .stopping
            ending = Task { await self.windDown() }
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        await ending?.value
    }

    /// Requests under way are answered first, then the tasks end, then the database, which they may need until then.
    private func windDown() async {
        say("stack", "stopping")
        start?.cancel()
        endKeepers()
        scalingLoop?.cancel()
        alarmLoop?.cancel()
        for queue in receivers.queues { queue.end() }
        await parts.jobs?.stopStarting()
        // Before there are tasks, the start ends at its next step; later it waits for them, and their end wakes it.
        if parts.tasks == nil { _ = try? await start?.value }
        await parts.console?.stopAccepting()
        await parts.edge?.stop()
        parts.firewall?.stop()
        await parts.tasks?.stop(graceful: true)
        await parts.jobs?.finished()
        await parts.balancer?.close()
        parts.healthNews?.finish()
        await parts.database?.stop(graceful: true)
        parts.console?.closeConnections()
        say("stack", "stopped")
        stage = .stopped
        journal.finish()
    }

    /// PostgreSQL's servers end in order by their own death signal; everything else is killed here and now.
    package nonisolated func stopAtOnce() {
        let table = ProcessTree.descendants(of: getpid())
        for pid in table where !ProcessTree.name(of: pid).hasPrefix("postgres") { kill(pid, SIGKILL) }
    }

    package func events() async -> AsyncStream<StackEvent> { journal.stream() }

    package func newEvents() async -> AsyncStream<StackEvent> { journal.stream(withPast: false) }

    nonisolated func say(_ subject: String, _ message: String, _ level: StackEvent.Level = .info) {
        journal.add(StackEvent(time: Date(), subject: subject, message: message, level: level))
    }

    func becomeRunning() { if stage == .starting { stage = .running } }
}

/// What a running stack is made of; each part is there from the moment it has started.
struct StackParts {
    var edge: EdgeTier?
    var firewall: FirewallTier?
    var console: Listener?
    var balancer: LoadBalancer?
    var tasks: TaskSupervisor?
    var jobs: JobKeeper?
    var database: DatabaseTier?
    var databaseAccess = TaskSupervisor.DatabaseAccess()
    var authorityFile: String?
    var healthNews: AsyncStream<HealthNews>.Continuation?
}

/// What the load balancer learned of a task.
struct HealthNews: Sendable {
    var task: String
    var result: HealthChecker.News
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
