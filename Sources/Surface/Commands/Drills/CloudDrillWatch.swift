import Drills
import Foundation
import Provisioning
import Resources
import Stacks
import Synchronization

/// Looks at a stack on AWS, tells what changes, and ends a drill that does more to users than it was meant to.
final class CloudDrillWatch: DrillWatching {
    private struct State {
        var last: CloudVitals
        var seen = ContinuousClock.now
        var wasBroken = false
        var events: [(time: Date, text: String)] = []
        var failovers = 0
        /// The first look at which it was whole after the last at which it was not; nil while it is not.
        var wholeSince: ContinuousClock.Instant?
        /// Why the drill must not go on.
        var end: String?

        mutating func note(_ vitals: CloudVitals) {
            (last, seen) = (vitals, .now)
            wasBroken = wasBroken || !vitals.troubles.isEmpty
            wholeSince = vitals.troubles.isEmpty ? wholeSince ?? .now : nil
        }
    }

    /// Each look is some calls: a tenth of what ECS allows.
    private static let interval = Duration.seconds(2)
    private static let pause = Duration.milliseconds(200)

    private let session: CloudSession
    private let world: World
    private let load: DrillLoad
    private let condition: StopCondition
    private let progress: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let tasks = Mutex<[Task<Void, any Error>]>([])

    init(
        session: CloudSession, world: World, load: DrillLoad, condition: StopCondition, first: CloudVitals,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.session = session
        self.world = world
        self.load = load
        self.condition = condition
        self.progress = progress
        state = Mutex(State(last: first))
        let steps: [@Sendable (CloudDrillWatch) async -> Void] = [{ await $0.look() }, { await $0.decide() }]
        let begun = steps.map { step in
            Task { [weak self] in
                while !Task.isCancelled, let self {
                    await step(self)
                    try await Task.sleep(for: Self.interval)
                }
            }
        }
        tasks.withLock { $0 = begun }
    }

    deinit { end() }

    func end() { for task in tasks.withLock({ $0 }) { task.cancel() } }

    var events: [(time: Date, text: String)] { state.withLock { $0.events } }

    /// Looks once more: it may have come a moment ago.
    func failovers() async throws -> Int {
        await look()
        return state.withLock { $0.failovers }
    }

    private func look() async {
        // One look that fails says nothing of the stack; many in a row end the drill (`StopCondition`).
        guard let vitals = try? await session.cloud.vitals(of: world) else { return }
        let now = Surroundings.current.now()
        let lines = state.withLock { state in
            let lines = VitalChanges.lines(from: state.last, to: vitals)
            state.events += lines.map { (now, $0) }
            if let writer = vitals.writer, let before = state.last.writer, writer != before { state.failovers += 1 }
            state.note(vitals)
            return lines
        }
        for line in lines { progress(line) }
    }

    /// Apart from the looks: AWS's answers may be slow when they matter most.
    private func decide() async {
        let recent = await load.recent(condition.window)
        state.withLock { state in
            let reason = condition.reason(
                alarms: state.last.alarms.map(\.word), visits: recent, blind: .now - state.seen)
            state.end = state.end ?? reason
        }
    }

    func whileSound<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: body)
            group.addTask { [self] in
                while true {
                    if let reason = state.withLock({ $0.end }) { throw Self.stopped(reason) }
                    try await Task.sleep(for: Self.pause)
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private static func stopped(_ reason: String) -> Report {
        Report(
            "the drill was ended before its time: \(reason)",
            state: "nothing more is broken, and the load has ended; what was stopped comes back by itself",
            next: "`terrace status --on aws` shows how far it is; this drill found what it was looking for")
    }

    func wholeAgain(after moment: ContinuousClock.Instant, within limit: Duration) async throws -> Double? {
        let deadline = ContinuousClock.now + limit
        // The loss must have been seen, or could have been, before its end counts.
        try await Task.sleep(for: Self.interval * 2)
        while ContinuousClock.now < deadline {
            let (since, wasBroken) = state.withLock { ($0.wholeSince, $0.wasBroken) }
            if let since {
                if !wasBroken { progress("at every look all of it ran") }
                return max(0, (since - moment) / .seconds(1))
            }
            try await Task.sleep(for: Self.pause)
        }
        return nil
    }
}

/// What is told of two looks in a row. Pure.
enum VitalChanges {
    static func lines(from old: CloudVitals, to new: CloudVitals) -> [String] {
        let alarms = new.alarms.filter { !old.alarms.contains($0) }.map { "the alarm \($0.name) went off" }
        let quiet = old.alarms.filter { alarm in !new.alarms.contains { $0.name == alarm.name } }
            .map { "the alarm \($0.name) is quiet again" }
        let tasks = new.services.compactMap { service -> String? in
            let before = old.services.first { $0.name == service.name }
            guard before?.running != service.running || before?.healthy != service.healthy else { return nil }
            let healthy = service.healthy.map { ", \($0) healthy" } ?? ""
            return "\(service.name): \(service.running) of \(service.desired) tasks run\(healthy)"
        }
        let versions = new.services.compactMap { service -> String? in
            let before = old.services.first { $0.name == service.name && $0.version == service.version }
            guard service.failed > before?.failed ?? 0 else { return nil }
            return "\(service.name): \(Figures.number(service.failed, "task")) of what is being deployed could not run"
        }
        let servers = new.servers.compactMap { server -> String? in
            let before = old.servers.first { $0.name == server.name }
            if server.isWriter, before?.isWriter != true { return "\(server.name) is the writer" }
            return before?.state == server.state ? nil : "\(server.name) is \(server.state)"
        }
        return alarms + quiet + tasks + versions + servers
    }
}
