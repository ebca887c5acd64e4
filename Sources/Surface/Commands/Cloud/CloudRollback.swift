import LocalTarget
import Provisioning
import Resources
import Stacks

/// `rollback --on aws`: an older revision of the task definition, the wait until ECS has brought it in, and then the service's
/// jobs.
struct CloudRollback: Sendable {
    var request: CloudRequest
    var service: String?
    var number: Int?

    func callAsFunction() async throws {
        try await request.open { session in
            let surroundings = Surroundings.current
            let text = try await CloudService.change(session, "terrace rollback") {
                let found = try CloudService(service, try await CloudLook.take(session), session.stack)
                let revisions = try await session.cloud.revisions(of: found.observed, family: found.family)
                let goal = try goal(revisions, found.name)
                guard var resource = found.resource(.ecsService), case .ecsService(var settings) = resource.settings
                else { throw Report("the manifest has no service \(found.name)", state: "nothing was changed") }
                settings.taskDefinition = Value(goal.arn)
                resource.settings = .ecsService(settings)
                let facts = KnownFacts(found.look.world)
                let begun = try await session.cloud.provider.update(resource, from: found.observed, knowing: facts)
                _ = try await session.cloud.provider.waitUntilReady(resource, begun, knowing: facts) {
                    surroundings.say("  \(found.name): \($0.printable)")
                }
                try await bringJobsBack(of: found, to: goal, session)
                let before = revisions.first(where: \.isRunning).map { ", before it was \($0.number)" } ?? ""
                return
                    "\(found.name) runs release \(goal.number)\(before); `terrace up --on aws` brings the manifest's back"
            }
            surroundings.say(text)
        }
    }

    /// A job runs the version that serves.
    private func bringJobsBack(of found: CloudService, to goal: Revision, _ session: CloudSession) async throws {
        let facts = KnownFacts(found.look.world)
        for job in session.stack.jobs where job.service == found.name {
            let address = CloudService.address(.stateMachine, job.name)
            guard var resource = found.look.graph[address], let observed = found.look.world.resources[address],
                case .stateMachine(var settings) = observed.settings
            else { continue }
            settings.taskDefinition = Value(goal.arn)
            resource.settings = .stateMachine(settings)
            _ = try await session.cloud.provider.update(resource, from: observed, knowing: facts)
        }
    }

    private func goal(_ revisions: [Revision], _ name: String) throws(Report) -> Revision {
        let known = revisions.map { "\($0.number)" }.joined(separator: ", ")
        let running = revisions.first(where: \.isRunning)?.number
        if let number, number == running {
            throw Report("release \(number) of \(name) runs already", state: "nothing was changed")
        }
        let found =
            number.map { wanted in revisions.first { $0.number == wanted } }
            ?? revisions.first { $0.number < running ?? .max }
        guard let found else {
            throw Report(
                number.map { "\(name) has no release \($0)" } ?? "\(name) has no older release",
                expected: "one of \(known)",
                state: running.map { "release \($0) goes on" } ?? "nothing was changed")
        }
        return found
    }
}
