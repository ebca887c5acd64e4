import Foundation
import LocalTarget
import Provisioning
import Resources
import Stacks

/// `scale --on aws`: the bounds of Application Auto Scaling, which also ends a hold, and the desired count when a number was said.
struct CloudScale: Sendable {
    var request: CloudRequest
    var service: String?
    var order: ScaleOrder

    func callAsFunction() async throws {
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

    /// A scheduled action must lie ahead when it arrives. Seconds.
    static let shortestHold = 60.0

    private func carryOut(_ found: CloudService, _ session: CloudSession) async throws {
        let (observed, target) = try target(found)
        guard !order.isReset else { return try await reset(found, observed, session) }
        let (least, most) = (order.min ?? target.min, order.max ?? target.max)
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
        var tasks = order.tasks
        if let hold = order.hold {
            let held = tasks ?? min(max(found.settings.desiredCount, least), most)
            let until = Surroundings.current.now().addingTimeInterval(hold).timeIntervalSince1970
            try await session.cloud.hold(observed, at: held, until: Int(until.rounded(.up)), then: least...most)
            tasks = held
        } else if tasks != nil, target.hold != nil {
            // A number without a time of its own ends the hold, as on this machine.
            try await session.cloud.release(observed, to: least...most)
        } else if (least, most) != (target.min, target.max), var resource = found.resource(.scalableTarget),
            case .scalableTarget(var wanted) = resource.settings
        {
            (wanted.min, wanted.max) = (least, most)
            resource.settings = .scalableTarget(wanted)
            _ = try await session.cloud.provider.update(resource, from: observed, knowing: KnownFacts(found.look.world))
        }
        if let tasks { try await session.cloud.setTasks(of: found.observed, to: tasks) }
    }

    /// As on this machine, the number is the manifest's least again, too.
    private func reset(_ found: CloudService, _ observed: Observed, _ session: CloudSession) async throws {
        guard let service = session.stack.services.first(where: { $0.name == found.name }) else { return }
        try await session.cloud.release(observed, to: service.tasks)
        try await session.cloud.setTasks(of: found.observed, to: service.tasks.lowerBound)
    }

    private func target(_ found: CloudService) throws(Report) -> (Observed, ScalableTargetSettings) {
        guard let observed = found.observed(.scalableTarget), case .scalableTarget(let target) = observed.settings
        else {
            throw Report(
                "the bounds of \(found.name) do not exist yet", state: "nothing was changed",
                next: "`terrace up --on aws` makes them")
        }
        return (observed, target)
    }

    private func text(_ found: CloudService) throws -> String {
        let (_, target) = try target(found)
        let tasks = found.settings.desiredCount
        let surroundings = Surroundings.current
        let view = ScaleView(now: surroundings.now(), timeZone: surroundings.timeZone)
        let held = target.hold.map { view.held(until: Date(timeIntervalSince1970: Double($0.until))) }
        return "\(found.name): \(Figures.number(tasks, "task")), between \(target.min) and \(target.max)\(held ?? ""); "
            + "`terrace up --on aws` brings the manifest's bounds back"
    }
}
