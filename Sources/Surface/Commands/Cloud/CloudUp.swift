import ArgumentParser
import Plans
import Provisioning
import Resources
import Stacks

/// `up --on aws`: shows what is to be done, asks, does it.
struct CloudUp: Sendable {
    var request: CloudRequest
    var manifest: String
    var yes: Bool
    var waits: Bool
    var json: Bool
    var breaksLock: Bool
    var allowing: Set<Address>

    func callAsFunction() async throws {
        try CloudLook.obstaclesAreNone(request.stack)
        try await request.open { session in
            let look = try await CloudLook.beforeChange(session) {
                try await CloudLook.take(session, allowing: allowing)
            }
            guard try agree(look, session) else { throw ExitCode(2) }
            guard !look.isSettled else { return settled(look, session) }
            let change = CloudChange(
                session: session, command: "terrace up", breaksLock: breaksLock, json: json, waits: waits,
                hasAsked: !yes,
                look: { try await CloudLook.take(session, allowing: allowing) }, agree: { try agree($0, session) })
            guard let done = try await change.run(look) else { throw ExitCode(2) }
            try finish(done, session)
        }
    }

    /// True also when there is nothing to agree to.
    private func agree(_ look: CloudLook, _ session: CloudSession) throws -> Bool {
        let surroundings = Surroundings.current
        if json {
            surroundings.say(
                try ChangeDocument.line(
                    ChangeDocument.Shown(plan: ResourcePlanDocument(look.plan, notes: look.notes(session.stack)))))
        } else {
            surroundings.output(
                PlanView(style: surroundings.style).text(look, session.cloud.identity, session.stack))
        }
        guard look.plan.refusals.isEmpty else {
            throw Report(
                "\(session.stack.fullName) was not changed: the plan is refused as it stands",
                expected: "a plan without the \(Figures.number(look.plan.refusals.count, "refusal")) above")
        }
        guard !look.plan.changes.isEmpty, !yes else { return true }
        let count = Figures.number(look.plan.changes.count, "change")
        if !json, surroundings.confirms("Apply \(count) to \(session.stack.fullName)?") { return true }
        surroundings.errors("\(count) pending, nothing was changed; `--yes` applies without asking\n")
        return false
    }

    private func settled(_ look: CloudLook, _ session: CloudSession) {
        guard !json else { return }
        let surroundings = Surroundings.current
        let endpoints = CloudEndpoints(session.stack, look.graph, KnownFacts(look.world))
        surroundings.output(
            CloudSummary(style: surroundings.style).text(
                session.stack, endpoints,
                title: "\(session.stack.fullName) is as \(manifest) says: nothing was changed",
                next: "`terrace status --on aws`"))
    }

    private func finish(_ done: CloudChange.Done, _ session: CloudSession) throws {
        let surroundings = Surroundings.current
        let outcome = done.outcome
        let name = session.stack.fullName
        if let lost = done.lost { surroundings.errors(ReportView(style: surroundings.errorStyle).text(lost)) }
        if json {
            surroundings.say(try ChangeDocument.line(ChangeDocument.End(outcome, wasStopped: done.wasStopped)))
        } else {
            let view = OutcomeView(style: surroundings.style)
            surroundings.errors(OutcomeView(style: surroundings.errorStyle).failures(outcome))
            for line in view.rest(outcome) { surroundings.say(line) }
            let title = outcome.isComplete ? "\(name) is up: \(view.sum(outcome))" : "\(name): \(view.sum(outcome))"
            let next = outcome.isComplete ? "`terrace status --on aws`" : "run the same command again: it continues"
            surroundings.output(
                CloudSummary(style: surroundings.style).text(
                    session.stack, CloudEndpoints(session.stack, done.look.graph, outcome.facts), title: title,
                    next: next))
            surroundings.output(done.look.plan.byHandText(knowing: outcome.facts))
        }
        guard outcome.isComplete else { throw done.exitCode }
    }
}

extension CloudChange.Done {
    /// Of a run that did not do everything.
    var exitCode: ExitCode { ExitCode(wasStopped && lost == nil && outcome.failures.isEmpty ? 130 : 1) }
}

extension CloudLook {
    /// Nothing is to be changed and nothing is on its way.
    var isSettled: Bool { plan.changes.isEmpty && plan.pending.isEmpty }
}
