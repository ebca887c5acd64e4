import LocalTarget
import Provisioning
import Resources
import Stacks

/// `scale --on aws`: the bounds of Application Auto Scaling, and the desired count when a number was said.
struct CloudScale: Sendable {
    var request: CloudRequest
    var service: String?
    var order: ScaleOrder

    func callAsFunction() async throws {
        try refuseWhatIsLocal()
        try await request.open { session in
            let surroundings = Surroundings.current
            let look = try await CloudLook.take(session)
            guard order != ScaleOrder() else {
                let names = service.map { [$0] } ?? session.stack.services.map(\.name)
                for name in names { surroundings.say(try text(try CloudService(name, look, session.stack))) }
                return
            }
            _ = try CloudService(service, look, session.stack)
            let changed = try await CloudService.change(session, "terrace scale") {
                // Somebody may have changed it between the look and the lease.
                let now = try CloudService(service, try await CloudLook.take(session), session.stack)
                try await carryOut(now, session)
                return try CloudService(service, try await CloudLook.take(session), session.stack)
            }
            surroundings.say(try text(changed))
        }
    }

    private func refuseWhatIsLocal() throws(Report) {
        guard order.hold == nil, !order.isReset else {
            throw Report(
                "--hold and --reset are for this machine: nothing on aws would end a hold, and `terrace up --on aws` "
                    + "brings the manifest's bounds back",
                expected: "--tasks, --min, --max", state: "nothing was changed")
        }
    }

    private func carryOut(_ found: CloudService, _ session: CloudSession) async throws {
        let bounds = try bounds(found)
        let (least, most) = (order.min ?? bounds.min, order.max ?? bounds.max)
        guard least <= most else {
            throw Report(
                "cannot scale \(found.name): the least of \(least) tasks is more than the most of \(most)",
                expected: "--min up to --max", state: "nothing was changed")
        }
        if let tasks = order.tasks, !(least...most).contains(tasks) {
            throw Report(
                "cannot scale \(found.name) to \(tasks): its bounds are \(least) and \(most), and scaling would take it back",
                expected: "a number between them, or other bounds with --min and --max", state: "nothing was changed")
        }
        if (least, most) != (bounds.min, bounds.max), let old = found.observed(.scalableTarget),
            var resource = found.resource(.scalableTarget), case .scalableTarget(var target) = resource.settings
        {
            (target.min, target.max) = (least, most)
            resource.settings = .scalableTarget(target)
            _ = try await session.cloud.provider.update(resource, from: old, knowing: KnownFacts(found.look.world))
        }
        if let tasks = order.tasks { try await session.cloud.setTasks(of: found.observed, to: tasks) }
    }

    private func bounds(_ found: CloudService) throws(Report) -> (min: Int, max: Int) {
        guard case .scalableTarget(let target)? = found.observed(.scalableTarget)?.settings else {
            throw Report(
                "the bounds of \(found.name) do not exist yet", state: "nothing was changed",
                next: "`terrace up --on aws` makes them")
        }
        return (target.min, target.max)
    }

    private func text(_ found: CloudService) throws -> String {
        let bounds = try bounds(found)
        let tasks = found.settings.desiredCount
        return "\(found.name): \(Figures.number(tasks, "task")), between \(bounds.min) and \(bounds.max); "
            + "`terrace up --on aws` brings the manifest's bounds back"
    }
}
