import ArgumentParser
import LocalTarget
import Plans
import Provisioning
import Resources
import Stacks

/// `deploy --on aws`: of a plan, what makes a new version of a service: its task definition, with the digest of the image that was
/// pushed last or that was named, the release command of that version, the service that takes it, and its jobs. ECS rolls it out; a
/// deployment that fails goes back by itself.
struct CloudDeploy: Sendable {
    var request: CloudRequest
    var service: String?
    var image: ImageOrder?

    private static let kinds: [ResourceKind] = [.taskDefinition, .release, .ecsService]

    func callAsFunction() async throws {
        try CloudLook.obstaclesAreNone(request.stack)
        try await request.open { session in
            let names = try names(session.stack)
            let whole = try await CloudLook.take(session)
            guard let image else { return try await roll(names, to: nil, whole, session) }
            let chosen = try await CloudImage(session: session, look: whole, service: names[0]).choose(image)
            guard chosen.isPushed, whole.world.resources[CloudService.address(.ecsService, names[0])] == nil else {
                return try await roll(names, to: chosen.text, whole, session)
            }
            Surroundings.current.say(
                "\(names[0]) does not run yet: `terrace up --on aws` starts it with the image that was pushed")
        }
    }

    /// - Parameter image: nil stands for the manifest's.
    private func roll(_ names: [String], to image: String?, _ taken: CloudLook, _ session: CloudSession) async throws {
        let surroundings = Surroundings.current
        let whole = image.map { taken.running($0, in: names[0]) } ?? taken
        for name in names { _ = try CloudService(name, whole, session.stack) }
        try whole.refuseInterruptedRestore()
        try refuseWithoutImage(whole, names)
        let jobs = session.stack.jobs.filter { names.contains($0.service) }.map(\.name)
        let look = only(names, jobs, of: whole)
        try refuseWithoutParts(look)
        noteRest(whole, look)
        noteWhatIsLocal(names, session.stack)
        // A deployment that is on its way, perhaps since somebody was killed, is waited for: nobody else may look after it.
        guard !look.plan.changes.isEmpty || !look.plan.pending.isEmpty else {
            let what = image == nil ? "what the manifest says" : "this image"
            for name in names { surroundings.say("\(name) runs \(what): nothing was to be done") }
            return
        }
        let change = CloudChange(
            session: session, command: "terrace deploy",
            look: {
                let now = try await CloudLook.take(session)
                return only(names, jobs, of: image.map { now.running($0, in: names[0]) } ?? now)
            }, agree: { $0.plan.refusals.isEmpty })
        guard let done = try await change.run(look) else { throw ExitCode(2) }
        try finish(done, names)
        for each in deployed(names, before: whole, done) { surroundings.say(DeployedView.text(each)) }
    }

    /// By the revisions of their task definitions; without those of which none is known.
    private func deployed(_ names: [String], before: CloudLook, _ done: CloudChange.Done) -> [DeployedRelease] {
        names.compactMap { name in
            guard let arn = done.outcome.facts.facts[CloudService.address(.taskDefinition, name)]?[.arn],
                let now = CloudDeploy.revision(arn)
            else { return nil }
            var old: Int?
            if case .ecsService(let service)? = before.world.resources[CloudService.address(.ecsService, name)]?
                .settings
            {
                old = service.taskDefinition.literal.flatMap(CloudDeploy.revision)
            }
            return DeployedRelease(service: name, before: old, now: now)
        }
    }

    /// `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:7`
    static func revision(_ arn: String) -> Int? { arn.split(separator: ":").last.flatMap { Int($0) } }

    /// All of them, or the one that was asked for.
    private func names(_ stack: Stack) throws(Report) -> [String] {
        let wanted = stack.services.filter { service == nil || $0.name == service }
        guard !wanted.isEmpty else {
            throw Report(
                "\(stack.fullName) has no service \(service ?? "")",
                expected: stack.services.map(\.name).joined(separator: ", "), state: "nothing was changed")
        }
        guard image == nil || wanted.count == 1 else {
            throw Report(
                "\(stack.fullName) has \(wanted.count) services: which one is to run the image?",
                expected: stack.services.map(\.name).joined(separator: ", "), state: "nothing was changed")
        }
        return wanted.map(\.name)
    }

    private func refuseWithoutImage(_ look: CloudLook, _ names: [String]) throws(Report) {
        guard let missing = look.missingImages.first(where: { names.contains($0.service) }) else { return }
        throw Report(
            "no image of \(missing.service) was pushed yet", state: "nothing was changed",
            next: missing.repository.map {
                "`terrace deploy \(missing.service) --build --on aws`, or push one to \($0)"
            }
                ?? "`terrace up --on aws` makes its repository")
    }

    /// What a service cannot be without and only the whole manifest brings in, such as the second target group of a canary.
    private func refuseWithoutParts(_ look: CloudLook) throws(Report) {
        let planned = Set(look.plan.changes.map(\.address) + look.plan.byHand.map(\.address))
        for change in look.plan.changes where change.action.name != .delete {
            let missing = look.graph.dependencies(of: change.address).map(\.address).filter {
                !planned.contains($0) && look.world.resources[$0] == nil
            }
            guard let first = missing.first else { continue }
            throw Report(
                "cannot deploy: \(change.address) needs \(first), which does not exist yet",
                state: "nothing was changed",
                next: "`terrace up --on aws` brings in the whole manifest")
        }
    }

    private func only(_ names: [String], _ jobs: [String], of look: CloudLook) -> CloudLook {
        let addresses = Set(
            names.flatMap { name in Self.kinds.map { CloudService.address($0, name) } }
                + jobs.flatMap { [CloudService.address(.stateMachine, $0), CloudService.address(.schedule, $0)] })
        var look = look
        look.plan.changes = look.plan.changes.filter { addresses.contains($0.address) }
        look.plan.pending = look.plan.pending.filter { addresses.contains($0.key) }
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

    /// Who has asked for a canary shall not believe in one. A note begins with the manifest's path to what it is about.
    private func noteWhatIsLocal(_ names: [String], _ stack: Stack) {
        let paths = names.map { "services.\($0).deploy." }
        for note in StackResources.notes(of: stack) where paths.contains(where: note.hasPrefix) {
            Surroundings.current.say("note: \(note)")
        }
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
