import Dispatch
import Foundation
import Machine
import NIOCore
import Synchronization
import TrafficRules

/// Threads that evaluate rules, with a set of rules each, behind one bounded queue. Event loops hand requests over and are
/// called back.
///
/// A full queue refuses: the request is answered 503 rather than passed on unseen or kept waiting without end.
final class RuleSetWorkers: Sendable {
    /// As many requests wait at most. With about 1 ms for each, what waits longest is just within `patience`.
    static let longestQueue = 256
    /// Longest time from a request's arrival to its verdict; later it is answered 503.
    static let patience = Duration.milliseconds(500)

    private struct Job: Sendable {
        let request: InspectedRequest
        let expires: Duration
        let done: @Sendable (RuleVerdict) -> Void
    }

    private struct State {
        var jobs = CircularBuffer<Job>()
        var isStopped = false
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    private let count: Int
    private let evaluations = Atomic(0)

    /// Half of the machine, at most four: a set takes 22 MB, and what is asked for twice is remembered.
    static var threads: Int { min(4, max(1, ProcessInfo.processInfo.activeProcessorCount / 2)) }

    private init(count: Int) { self.count = count }

    /// Returns when every thread has loaded its rules. Throws `RuleSetProblem`.
    static func start(
        _ library: RuleSetLibrary, _ configuration: RuleSetConfiguration, mappingFile: URL, threads: Int = threads
    ) async throws -> RuleSetWorkers {
        let workers = RuleSetWorkers(count: threads)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<threads {
                    group.addTask {
                        try await withCheckedThrowingContinuation { continuation in
                            workers.startThread(index, continuation) {
                                try RuleSet(library, configuration, mappingFile: mappingFile)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        } catch {
            workers.stop()
            throw error
        }
        return workers
    }

    private func startThread(
        _ index: Int, _ loaded: CheckedContinuation<Void, any Error>, _ load: @escaping @Sendable () throws -> RuleSet
    ) {
        let thread = Thread { [self] in
            do {
                let rules = try load()
                loaded.resume()
                run(rules)
            } catch {
                loaded.resume(throwing: error)
            }
        }
        thread.name = "firewall \(index)"
        // Parsing rules and XML recurses.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// False when the queue is full: `done` is then never called. Otherwise it is called once, on a worker's thread.
    func evaluate(_ request: InspectedRequest, done: @escaping @Sendable (RuleVerdict) -> Void) -> Bool {
        let job = Job(request: request, expires: Self.now + Self.patience, done: done)
        let isAccepted = state.withLock { state in
            guard !state.isStopped, state.jobs.count < Self.longestQueue else { return false }
            state.jobs.append(job)
            return true
        }
        if isAccepted { ready.signal() }
        return isAccepted
    }

    /// Evaluations since the start.
    var evaluated: Int { evaluations.load(ordering: .relaxed) }

    /// Takes nothing new; what waits is still evaluated, then the threads end.
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<count { ready.signal() }
    }

    private func run(_ rules: RuleSet) {
        while true {
            ready.wait()
            let next = state.withLock { state in (job: state.jobs.popFirst(), isStopped: state.isStopped) }
            if let job = next.job {
                // Nobody waits for it any more.
                guard Self.now < job.expires else {
                    job.done(.failed)
                    continue
                }
                evaluations.wrappingAdd(1, ordering: .relaxed)
                job.done(rules.evaluate(job.request))
            } else if next.isStopped {
                return
            }
        }
    }

    private static var now: Duration { .nanoseconds(SystemClock.monotonic) }
}
