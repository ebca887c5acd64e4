import ArgumentParser
import LocalTarget
import Plans
import Provisioning
import Resources
import Stacks

/// `deploy --on aws`: of a plan, what makes a new version of a service: its task definition, with the digest of the image that was
/// pushed last, the release command of that version, and the service that takes it. ECS rolls it out; a deployment that fails goes
/// back by itself.
struct CloudDeploy: Sendable {
    var request: CloudRequest
    var service: String?

    private static let kinds: [ResourceKind] = [.taskDefinition, .release, .ecsService]

    func callAsFunction() async throws {
        try CloudLook.obstaclesAreNone(request.stack)
        try await request.open { session in
            let names = try names(session.stack)
            let surroundings = Surroundings.current
            let whole = try await CloudLook.take(session)
            for name in names { _ = try CloudService(name, whole, session.stack) }
            try refuseWithoutImage(whole, names)
            let look = only(names, of: whole)
            noteRest(whole, look)
            guard !look.plan.changes.isEmpty else {
                for name in names { surroundings.say("\(name) runs what the manifest says: nothing was to be done") }
                return
            }
            let change = CloudChange(
                session: session, command: "terrace deploy",
                look: { only(names, of: try await CloudLook.take(session)) }, agree: { $0.plan.refusals.isEmpty })
            guard let done = try await change.run(look) else { throw ExitCode(2) }
            try finish(done, names)
        }
    }

    /// All of them, or the one that was asked for.
    private func names(_ stack: Stack) throws(Report) -> [String] {
        let wanted = stack.services.filter { service == nil || $0.name == service }
        guard !wanted.isEmpty else {
            throw Report(
                "\(stack.fullName) has no service \(service ?? "")",
                expected: stack.services.map(\.name).joined(separator: ", "), state: "nothing was changed")
        }
        return wanted.map(\.name)
    }

    private func refuseWithoutImage(_ look: CloudLook, _ names: [String]) throws(Report) {
        guard let missing = look.missingImages.first(where: { names.contains($0.service) }) else { return }
        throw Report(
            "no image of \(missing.service) was pushed yet", state: "nothing was changed",
            next: "push one to \(missing.repository ?? "its repository, which `terrace up --on aws` makes")")
    }

    private func only(_ names: [String], of look: CloudLook) -> CloudLook {
        let addresses = Set(names.flatMap { name in Self.kinds.map { CloudService.address($0, name) } })
        var look = look
        look.plan.changes = look.plan.changes.filter { addresses.contains($0.address) }
        return look
    }

    private func noteRest(_ whole: CloudLook, _ look: CloudLook) {
        let rest = whole.plan.changes.filter { change in !look.plan.changes.contains { $0.address == change.address } }
        guard let first = rest.first else { return }
        let more = rest.count > 1 ? " and \(rest.count - 1) more" : ""
        Surroundings.current.say(
            "note: a deployment leaves \(first.address)\(more) as it was; `terrace up --on aws` brings in the whole manifest"
        )
    }

    private func finish(_ done: CloudChange.Done, _ names: [String]) throws {
        let surroundings = Surroundings.current
        let view = OutcomeView(style: surroundings.style)
        if let lost = done.lost { surroundings.errors(ReportView(style: surroundings.errorStyle).text(lost)) }
        surroundings.errors(OutcomeView(style: surroundings.errorStyle).failures(done.outcome))
        for line in view.rest(done.outcome) { surroundings.say(line) }
        surroundings.say("\(names.joined(separator: ", ")): \(view.sum(done.outcome))")
        guard done.outcome.isComplete else { throw done.exitCode }
    }
}
