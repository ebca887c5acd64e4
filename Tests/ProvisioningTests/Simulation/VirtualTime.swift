import Synchronization
import TestKit

/// Runs tasks one after the other on the calling thread, in an order that the seed chooses, and lets time pass only when
/// nothing else can happen. So an hour takes a millisecond, and a seed always gives the same run.
final class VirtualTime: TaskExecutor {
    private struct Timer {
        var at: Duration
        var key: Int
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var ready: [UnownedJob] = []
        var timers: [Timer] = []
        var now = Duration.zero
        var nextKey = 0
        var generator: SeededGenerator
        var isOver = false
    }

    struct Stuck: Error {}

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    var now: Duration { state.withLock { $0.now } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Runs `body` and everything it starts to the end.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) throws -> Result {
        let result = Mutex<Result?>(nil)
        state.withLock { $0.isOver = false }
        let task = Task(executorPreference: self) {
            let value = await body()
            result.withLock { $0 = value }
        }
        _ = task
        while result.withLock({ $0 == nil }) {
            if let job = nextJob() {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let timer = nextTimer() {
                timer.resume()
            } else {
                throw Stuck()
            }
        }
        guard let value = result.withLock({ $0 }) else { throw Stuck() }
        return value
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = Int.random(in: state.ready.indices, using: &state.generator)
            state.ready.swapAt(index, state.ready.count - 1)
            return state.ready.removeLast()
        }
    }

    private func nextTimer() -> CheckedContinuation<Void, any Error>? {
        state.withLock { state in
            let first = state.timers.indices.min { (state.timers[$0].at, $0) < (state.timers[$1].at, $1) }
            guard let first else { return nil }
            state.now = max(state.now, state.timers[first].at)
            return state.timers.remove(at: first).continuation
        }
    }

    func sleep(until deadline: Duration) async throws {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if !Task.isCancelled {
                        state.timers.append(Timer(at: deadline, key: key, continuation: continuation))
                    }
                    return Task.isCancelled
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let timer = state.withLock { state in
                state.timers.firstIndex { $0.key == key }.map { state.timers.remove(at: $0) }
            }
            timer?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// The clock of a `VirtualTime`.
struct VirtualClock: Clock {
    struct Instant: InstantProtocol {
        var time: Duration

        func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
        func duration(to other: Instant) -> Duration { other.time - time }
        static func < (left: Instant, right: Instant) -> Bool { left.time < right.time }
    }

    let time: VirtualTime

    var now: Instant { Instant(time: time.now) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await time.sleep(until: deadline.time)
    }
}
