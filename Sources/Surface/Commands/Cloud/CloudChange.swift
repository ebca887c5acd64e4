import ArgumentParser
import Foundation
import Plans
import Provisioning
import Resources
import Stacks
import Synchronization

/// Carries a plan out under the stack's lease, with the user watching.
struct CloudChange: Sendable {
    var session: CloudSession
    var command: String
    var breaksLock = false
    var json = false
    var policy = DeletionPolicy.keepData
    var waits = true
    /// Somebody was asked since the look, which takes as long as it takes.
    var hasAsked = true
    /// What is to be done about what exists; asked again once nobody else can change the stack, unless nobody can have changed it.
    var look: @Sendable () async throws -> CloudLook
    /// Shows the plan and asks; false when nobody agrees.
    var agree: @Sendable (CloudLook) throws -> Bool

    private static let aftermath = Duration.seconds(1)

    struct Done: Sendable {
        var look: CloudLook
        var outcome: Outcome
        var wasStopped: Bool
        /// Somebody else has taken the lease, or it ran out: then nothing more was started.
        var lost: Report?
    }

    /// Nil when nobody agreed. `shown` has been agreed to.
    func run(_ shown: CloudLook) async throws -> Done? {
        let stop = StopSwitch()
        let loss = Mutex<Report?>(nil)
        let notes = ChangeNotes(Surroundings.current)
        let lost: @Sendable (Report) -> Void = { report in
            loss.withLock { $0 = report }
            stop.raise(to: .startNothingNew)
        }
        let lease = StackLease(session: session, command: command, breaksLock: breaksLock)
        var done = try await lease.hold(lost: lost, told: notes.add) { wasFree async throws -> Done? in
            // What a run that died was saying last may still be taking effect.
            if !wasFree { try await session.time.sleep(Self.aftermath) }
            // Between two moments at which nobody had the lease, a moment apart, there is no room for a change by somebody else.
            let holds = wasFree && shown.wasFree && !hasAsked
            let current = holds ? shown : try await look()
            if !current.plan.isSame(as: shown.plan) {
                Surroundings.current.errors("the account has changed meanwhile; this is the plan now\n")
                guard try agree(current) else { return nil }
            }
            return try await apply(current, stop, notes)
        }
        done?.lost = loss.withLock { $0 }
        return done
    }

    private func apply(_ look: CloudLook, _ stop: StopSwitch, _ notes: ChangeNotes) async throws -> Done {
        let surroundings = Surroundings.current
        let list = try JobList(look.plan, graph: look.graph, world: look.world)
        let progress = ChangeProgress.make(session.stack.fullName, jobs: list.jobs, json: json, surroundings)
        notes.begin(progress)
        defer { notes.end() }
        let signals = StopSignals()
        signals.handle { action in
            stop.request()
            let text =
                action == .stop
                ? "stopping: calls in flight are let finish; Ctrl-C again stops at once" : "stopping at once"
            progress.note(text, surroundings)
        }
        let feed = EventFeed(jobs: list.jobs.count)
        let provisioner = Provisioner(provider: session.cloud.provider, time: session.time)
        async let outcome = provisioner.apply(
            list, knowing: KnownFacts(look.world), policy: policy, waits: waits, stop: stop, feed: feed)
        await progress.follow(feed.events, surroundings)
        return Done(look: look, outcome: await outcome, wasStopped: signals.wasAsked)
    }
}

extension ResourcePlan {
    /// Whether both would do the same; what things are waiting for may have moved on.
    func isSame(as other: ResourcePlan) -> Bool {
        let (left, right) = (changes, other.changes)
        return refusals == other.refusals && left.count == right.count
            && zip(left, right).allSatisfy {
                $0.address == $1.address && $0.action == $1.action && $0.fields == $1.fields
            }
    }
}
