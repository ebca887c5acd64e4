import AWSWire
import Provisioning
import Resources
import Stacks

/// Waits for one resource, telling what it is waiting for.
struct Wait {
    let address: Address
    let work: Work
    let progress: @Sendable (String) -> Void

    /// After this time the operator wants to know what is in the way.
    private static let patience = Duration.seconds(60)
    /// Asking who is in the way costs calls of its own.
    private static let blockersEvery = Duration.seconds(30)

    func untilReady<Handler: KindHandler>(_ handler: Handler.Type, _ observed: Observed) async throws -> Observed {
        var state = WaitState(sightings: handler.sightings)
        let start = work.time.elapsed()
        var pause = handler.schedule.first
        if case .pending(let reason) = observed.state { progress(reason) }
        while true {
            try await work.time.sleep(pause)
            let seen = try await handler.refresh(observed, recent(since: start, pause))
            let elapsed = work.time.elapsed() - start
            switch state.saw(seen, after: elapsed) {
            case .done(let observed): return observed
            case .again(let reason): progress(reason)
            case .failed(let reason):
                throw Report(
                    "\(address) does not come up: \(reason)", state: "it exists and is not ready",
                    next: "mend the cause, then run the same command: it continues")
            }
            pause = handler.schedule.pause(after: elapsed)
        }
    }

    /// - Parameter policy: how the deletion was asked for; nil when somebody else asked.
    func untilGone<Handler: KindHandler>(
        _ handler: Handler.Type, _ observed: Observed, policy: DeletionPolicy?
    ) async throws {
        let start = work.time.elapsed()
        var pause = handler.schedule.first
        var toldAt = start
        while true {
            try await work.time.sleep(pause)
            guard let seen = try await handler.farewell(observed, recent(since: start, pause)) else { return }
            let elapsed = work.time.elapsed() - start
            if seen.state == .deleting {
                progress("deleting")
            } else if let policy, let held = try await asked(handler, seen, policy) {
                progress(held)
            }
            if elapsed > Self.patience, work.time.elapsed() - toldAt > Self.blockersEvery {
                toldAt = work.time.elapsed()
                let blockers = try await handler.blockers(of: seen, work.fresh())
                if !blockers.isEmpty { progress("held by \(blockers.joined(separator: ", "))") }
            }
            pause = handler.schedule.pause(after: elapsed)
        }
    }

    /// Asks again for the end; the answer says what holds it, nil when it was accepted.
    private func asked<Handler: KindHandler>(
        _ handler: Handler.Type, _ observed: Observed, _ policy: DeletionPolicy
    ) async throws -> String? {
        do {
            try await handler.delete(observed, policy: policy, work.fresh())
            return nil
        } catch let error as AWSError where HeldAnswer.matches(error) {
            return "something still uses it (\(error.code))"
        } catch let error as AWSError where error.kind == .notFound {
            return nil
        }
    }

    /// Resources of a kind that are waited for together share their looks.
    private func recent(since start: Duration, _ pause: Duration) -> Work {
        work.fresh(within: min(pause / 2, work.time.elapsed() - start))
    }
}
