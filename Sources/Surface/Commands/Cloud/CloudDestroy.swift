import ArgumentParser
import Plans
import Provisioning
import Resources
import Stacks

/// `destroy --on aws`: everything of the stack goes, but what the user has to name; then it is proved.
struct CloudDestroy: Sendable {
    var request: CloudRequest
    var yes: Bool
    var deletesData: Bool
    var json: Bool
    var breaksLock: Bool

    func callAsFunction() async throws {
        try await request.open { session in
            let look = try await CloudLook.beforeChange(session) { try await take(session) }
            var outcome: CloudChange.Done?
            if !look.plan.changes.isEmpty {
                try agree(look, session)
                let change = CloudChange(
                    session: session, command: "terrace destroy", breaksLock: breaksLock, json: json,
                    policy: deletesData ? .deleteData : .keepData, hasAsked: !yes, look: { try await take(session) },
                    agree: { _ in
                        // A destroy is meant for whatever is there.
                        true
                    })
                outcome = try await change.run(look)
            } else if !look.wasFree {
                try await giveLeaseBack(session)
            }
            try await finish(outcome, look, session)
        }
    }

    private func take(_ session: CloudSession) async throws -> CloudLook {
        let graph = StackResources.graph(of: session.stack)
        let world = try await session.cloud.provider.discoverForRemoval(graph)
        return CloudLook(graph: graph, world: world, plan: ResourcePlanner.destruction(of: world))
    }

    private func agree(_ look: CloudLook, _ session: CloudSession) throws {
        let surroundings = Surroundings.current
        let name = session.stack.fullName
        if json {
            surroundings.say(try ChangeDocument.line(ChangeDocument.Shown(plan: ResourcePlanDocument(look.plan))))
        } else {
            let view = PlanView(style: surroundings.style)
            surroundings.output(
                view.heading(session.stack, session.cloud.identity) + "\n" + look.plan.text + "\n" + dataLine(look)
                    + "\n")
        }
        guard !yes else { return }
        guard surroundings.isInputTerminal else {
            throw Report(
                "nobody can type the stack's name here", state: "nothing was deleted",
                next: "`terrace destroy --on aws --yes` deletes \(name) without asking")
        }
        surroundings.output("Type the stack's name to delete it: ")
        guard surroundings.readLine() == name else {
            throw Report("that is not \(name)", state: "nothing was deleted")
        }
    }

    /// What becomes of what users stored.
    private func dataLine(_ look: CloudLook) -> String {
        let holders = look.plan.changes.filter { $0.kind?.holdsData ?? false }.map(\.address.text)
        guard !holders.isEmpty else { return "Nothing of it holds data." }
        let names = holders.joined(separator: ", ")
        return deletesData
            ? "All data goes with it, without a snapshot: \(names)."
            : "The database leaves a final snapshot; what is not empty of \(names) stays."
    }

    /// A destroy that was killed after everything was gone has left its lease, which is the last thing of the stack.
    private func giveLeaseBack(_ session: CloudSession) async throws {
        let lease = StackLease(session: session, command: "terrace destroy", breaksLock: breaksLock)
        let surroundings = Surroundings.current
        let view = ReportView(style: surroundings.errorStyle)
        try await lease.hold(
            lost: { surroundings.errors(view.text($0)) }, told: { surroundings.errors($0 + "\n") }, { _ in })
    }

    // MARK: - The end

    private func finish(_ done: CloudChange.Done?, _ look: CloudLook, _ session: CloudSession) async throws {
        let surroundings = Surroundings.current
        if let done, !done.outcome.isComplete {
            try show(done)
            throw done.exitCode
        }
        let remains = try await session.cloud.remains(look.graph)
        let leftOver = remains.filter { $0.reason == nil }
        if json {
            if let done {
                surroundings.say(try ChangeDocument.line(ChangeDocument.End(done.outcome, wasStopped: false)))
            }
            surroundings.say(try ChangeDocument.line(RemainsDocument(remains: remains)))
        } else {
            surroundings.output(RemainsView(style: surroundings.style).text(remains, done?.outcome, session.stack))
        }
        guard leftOver.isEmpty else { throw ExitCode(1) }
    }

    private func show(_ done: CloudChange.Done) throws {
        let surroundings = Surroundings.current
        if let lost = done.lost { surroundings.errors(ReportView(style: surroundings.errorStyle).text(lost)) }
        guard !json else {
            surroundings.say(try ChangeDocument.line(ChangeDocument.End(done.outcome, wasStopped: done.wasStopped)))
            return
        }
        let view = OutcomeView(style: surroundings.style)
        surroundings.errors(OutcomeView(style: surroundings.errorStyle).failures(done.outcome))
        for line in view.rest(done.outcome) { surroundings.say(line) }
        surroundings.say("\(view.sum(done.outcome)); run the same command again: it continues")
    }
}

private struct RemainsDocument: Encodable {
    var event = "remains"
    var remains: [Remainder]
}
