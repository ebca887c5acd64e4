import Provisioning
import Resources
import Stacks

/// `exec --on aws`: ECS has a running task start the command, and AWS's own program for sessions takes this one's place.
struct CloudExec: Sendable {
    var request: CloudRequest
    var service: String
    /// Its id; nil for the newest one that can be reached.
    var task: String?
    var words: [String]

    /// Returns only with the reason why the program could not be started.
    func callAsFunction() async throws {
        let plugin = try SessionPlugin()
        try await plugin.check()
        try CloudLook.obstaclesAreNone(request.stack)
        let start = try await request.open { session in
            let found = try CloudService(service, try await CloudLook.take(session), session.stack)
            guard found.settings.allowsExec else { throw refusal(found.name, session.stack) }
            let opened = try await session.cloud.openSession(
                in: found.observed, container: found.name, task: task, running: words)
            Surroundings.current.errors("in the task \(opened.task) of \(found.name)\n")
            return plugin.start(opened, region: session.stack.region, profile: request.profile)
        }
        throw Surroundings.current.become(start)
    }

    private func refusal(_ name: String, _ stack: Stack) -> Report {
        let isWritten = stack.services.first { $0.name == name }?.exec == true
        return Report(
            "nobody may run commands in tasks of \(name): ECS Exec is off", manifest: "services.\(name).exec",
            state: "nothing was started",
            next: (isWritten ? "" : "write `exec: true` into the service, then ")
                + "`terrace up --on aws`, which starts its tasks anew; or `terrace run \(name) --on aws` "
                + "has a task of its own")
    }
}
