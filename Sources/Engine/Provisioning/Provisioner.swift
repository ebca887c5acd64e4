package import Resources
import Stacks

/// Carries jobs out: makes the calls that `ApplyRun` asks for, every one as soon as it may start, each within a named
/// time-out.
package struct Provisioner: Sendable {
    private let provider: any ResourceProvider
    private let time: Timekeeper
    private let limits: TimeLimits

    package init(provider: any ResourceProvider, time: Timekeeper, limits: TimeLimits = .standard) {
        self.provider = provider
        self.time = time
        self.limits = limits
    }

    /// Returns when every job is done, failed, blocked or left. Cancelling the calling task stops at once.
    package func apply(
        _ list: JobList, knowing facts: KnownFacts, policy: DeletionPolicy = .keepData, waits: Bool = true,
        stop: StopSwitch, feed: EventFeed
    ) async -> Outcome {
        let start = time.elapsed()
        var run = ApplyRun(list, facts: facts, waits: waits)
        var clock = JobClock(list: list, start: start)
        await withTaskGroup(of: ApplyRun.Message.self) { group in
            for level in [StopSwitch.Level.startNothingNew, .atOnce] {
                group.addTask {
                    await stop.reached(level)
                    return .stop(level)
                }
            }
            var calls = run.begin()
            while true {
                let now = time.elapsed()
                for (id, happening) in run.takeHappenings() { feed.send(clock.event(id, happening, now)) }
                for call in calls {
                    let waiting = clock.waitingFeed(call.job, feed, time)
                    group.addTask { await make(call, policy, stop, waiting) }
                }
                guard !run.isOver, let message = await group.next() else { break }
                if case .stop(.atOnce) = message { group.cancelAll() }
                calls = run.handle(message)
            }
            group.cancelAll()
        }
        feed.finish()
        return Outcome(
            statuses: run.schedule.statuses, jobs: list.jobs, failures: run.failures, kept: run.kept,
            unkept: run.unkept, facts: run.facts, duration: time.elapsed() - start)
    }

    private func make(
        _ call: ApplyRun.Call, _ policy: DeletionPolicy, _ stop: StopSwitch, _ waiting: WaitingFeed
    ) async -> ApplyRun.Message {
        let id = call.job
        do {
            switch call.work {
            case .create(let resource):
                let deadline = Deadline("create \(resource.address)", limits.call)
                return .changed(
                    id,
                    try await bounded(deadline, waiting) { try await provider.create(resource, knowing: call.facts) })
            case .update(let resource, let observed):
                let deadline = Deadline("change \(resource.address)", limits.call)
                return .changed(
                    id,
                    try await bounded(deadline, waiting) {
                        try await provider.update(resource, from: observed, knowing: call.facts)
                    })
            case .waitUntilReady(let resource, let observed):
                let deadline = Deadline(
                    "wait until \(resource.address) is ready", limits.ready(resource), endsAt: stop)
                return .settled(
                    id,
                    try await bounded(deadline, waiting) {
                        try await provider.waitUntilReady(
                            resource, observed, knowing: call.facts, progress: waiting.send)
                    })
            case .delete(let observed):
                let deadline = Deadline("delete \(observed.address)", limits.gone(observed.settings.kind))
                try await bounded(deadline, waiting) { try await provider.delete(observed, policy: policy) }
                return .deleting(id)
            case .waitUntilGone(let observed):
                let deadline = Deadline(
                    "wait until \(observed.address) is gone", limits.gone(observed.settings.kind), endsAt: stop)
                try await bounded(deadline, waiting) {
                    try await provider.waitUntilGone(observed, progress: waiting.send)
                }
                return .gone(id)
            }
        } catch is CancellationError {
            return .gaveUp(id)
        } catch let kept as KeptData {
            return .kept(id, kept)
        } catch let report as Report {
            return .failed(id, report)
        } catch {
            return stop.level == .atOnce ? .gaveUp(id) : .failed(id, Report("\(error)"))
        }
    }

    /// What is done, and how long it may take. A wait also ends when somebody asks to stop; a call that may have had its
    /// effect is heard out.
    private struct Deadline {
        var what: String
        var limit: Duration
        var stop: StopSwitch?

        init(_ what: String, _ limit: Duration, endsAt stop: StopSwitch? = nil) {
            self.what = what
            self.limit = limit
            self.stop = stop
        }
    }

    private enum Race<Value: Sendable>: Sendable {
        case value(Value)
        case error(any Error)
        case timedOut, stopped, nothing
    }

    private func bounded<Value: Sendable>(
        _ deadline: Deadline, _ waiting: WaitingFeed, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Race<Value>.self) { group in
            group.addTask {
                do { return .value(try await body()) } catch { return .error(error) }
            }
            group.addTask {
                do { try await time.sleep(deadline.limit) } catch { return .nothing }
                return .timedOut
            }
            if let stop = deadline.stop {
                group.addTask {
                    await stop.reached(.startNothingNew)
                    return stop.level >= .startNothingNew ? .stopped : .nothing
                }
            }
            defer { group.cancelAll() }
            for try await result in group {
                switch result {
                case .value(let value): return value
                case .error(let error): throw error
                case .stopped: throw CancellationError()
                case .timedOut: throw late(deadline, waiting)
                case .nothing: continue
                }
            }
            throw CancellationError()
        }
    }

    private func late(_ deadline: Deadline, _ waiting: WaitingFeed) -> Report {
        let last = waiting.last.map { [Report.Detail("waiting", $0)] } ?? []
        return Report(
            "cannot \(deadline.what): not done after \(deadline.limit.written)",
            details: last + [
                Report.Detail("state", "it may still come to an end by itself"),
                Report.Detail("next", "run the same command again: it continues from what is there"),
            ])
    }
}
