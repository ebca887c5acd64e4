import Foundation
import LocalTarget
import Stacks
import Synchronization

/// Looks at the stack on this machine, and keeps what its supervisor tells meanwhile.
final class LocalDrillWatch: DrillWatching {
    private struct State {
        var events: [StackEvent] = []
        /// When it was last seen not whole.
        var lastBroken: ContinuousClock.Instant?
        /// The first look after that at which it was whole; nil while it is not.
        var wholeSince: ContinuousClock.Instant?
        /// The supervisor tells nothing any more.
        var isOver = false
    }

    private static let interval = Duration.milliseconds(50)

    private let client: ControlClient
    /// Before the watch began.
    private let earlier: Int
    private let state: Mutex<State>
    private let tasks: Mutex<[Task<Void, any Error>]>

    init(client: ControlClient, failovers: Int) {
        self.client = client
        earlier = failovers
        state = Mutex(State())
        tasks = Mutex([])
        let listening = Task { [weak self] in
            defer { self?.isOver() }
            try await client.events { self?.add($0) }
        }
        let looking = Task { [weak self] in
            while !Task.isCancelled, let self {
                // One look that fails says nothing; the next one may.
                if let status = try? await client.status() { self.look(status) }
                try await Task.sleep(for: LocalDrillWatch.interval)
            }
        }
        tasks.withLock { $0 = [listening, looking] }
    }

    deinit { end() }

    func end() { for task in tasks.withLock({ $0 }) { task.cancel() } }

    var events: [(time: Date, text: String)] {
        state.withLock { $0.events }.map { ($0.time, "\($0.subject): \($0.message)") }
    }

    func failovers() async throws -> Int { (try await client.status().database?.failovers ?? 0) - earlier }

    private func add(_ event: StackEvent) { state.withLock { $0.events.append(event) } }

    private func isOver() { state.withLock { $0.isOver = true } }

    /// What ends it is the end of the supervisor.
    func whileSound<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: body)
            group.addTask { [self] in
                while !state.withLock({ $0.isOver }) { try await Task.sleep(for: LocalDrillWatch.interval) }
                throw Report(
                    "the supervisor ended during the drill", state: "what was broken ended with it",
                    next: "`terrace up` starts the stack again")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func look(_ status: StackStatus) {
        let now = ContinuousClock.now
        state.withLock { state in
            if status.isWhole {
                state.wholeSince = state.wholeSince ?? now
            } else {
                (state.lastBroken, state.wholeSince) = (now, nil)
            }
        }
    }

    func wholeAgain(after moment: ContinuousClock.Instant, within limit: Duration) async throws -> Double? {
        let deadline = ContinuousClock.now + limit
        // A loss is noticed within one look or two.
        try await Task.sleep(for: LocalDrillWatch.interval * 4)
        while ContinuousClock.now < deadline {
            if let since = state.withLock({ $0.wholeSince }) { return max(0, (since - moment).inSeconds) }
            try await Task.sleep(for: LocalDrillWatch.interval)
        }
        return nil
    }
}

extension StackStatus {
    /// Everything that the manifest asks for runs, and nothing that it does not.
    var isWhole: Bool {
        let hasReader = (database?.servers.count ?? 0) > 1
        return phase == .ready
            && services.allSatisfy { service in
                service.tasks.count == service.desired && service.tasks.allSatisfy { $0.state == .healthy }
            } && (!hasReader || database?.synchronous == true)
    }
}

extension Duration {
    fileprivate var inSeconds: Double { self / .seconds(1) }
}
