import ArgumentParser
import LocalTarget
import Stacks

struct DatabaseRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give the application a new password without one failed query.",
        discussion: """
            Two roles take turns: the one that is not in use gets a new password, the tasks
            are rolled one by one, and when the last one that had the old password is gone,
            the old one is of no use any more. The release stays the same: its command does
            not run, and what was built since is not brought in.

            Ctrl-C ends the watching here, not the rotation, which says so; the exit code
            is 130 then.

            On aws the password lies in the stack's secret, from which each task takes it
            when it starts; every service has its tasks started anew. What was killed is
            continued by the same command. The master's password is RDS's own to rotate,
            every seven days; no task has it.

            Examples:
              terrace db rotate
              terrace db rotate --on aws
            """)

    @OptionGroup var manifest: ManifestOption

    private static let goesOn =
        "the rotation goes on: `terrace status` shows tasks that come and go until all log in with the new password"

    func run() async throws {
        guard manifest.stack.on == .local else {
            return try await CloudRotate.run(manifest.stack.request(try manifest.place().checked().stack))
        }
        let ordering = try await DatabaseOrdering(manifest)
        guard case .role(let role) = try await ordering.watched(.rotate, Self.goesOn) else {
            throw Report("the supervisor does not say which role is in use")
        }
        Surroundings.current.say("the application logs in as \(role) with a new password; the old one is of no use")
    }
}
