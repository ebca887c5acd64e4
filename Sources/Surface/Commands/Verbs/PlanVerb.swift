import ArgumentParser
import Foundation
import LocalTarget
import Plans
import Provisioning
import Stacks

struct PlanVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what `up` would change, and change nothing.",
        discussion: """
            On aws: by tier, what would be created, changed (old → new), replaced or
            deleted, each with its reason. What only exists later is named by where it
            comes from.

            Ends with what a month costs and the difference to what runs now; see `cost`.

            Exit code 0 when nothing is to be done, 2 when something is, 1 when the
            expected cost is above `budget:`.

            Examples:
              terrace plan --on aws
              terrace plan --on aws --json | jq .counts
              terrace plan --on aws --allow-replace data.database-cluster
            """)

    @OptionGroup var manifest: ManifestArgument
    @OptionGroup var replace: ReplaceOption

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() async throws {
        let place = try manifest.place()
        switch manifest.stack.on {
        case .local: try await local(place)
        case .aws: try await cloud(place)
        }
    }

    /// The difference between the running stack and the manifest.
    private func local(_ place: ManifestPlace) async throws {
        let surroundings = Surroundings.current
        let (stack, sources) = try place.checked()
        guard let running = try await RunningStack.find(place.stackFolder) else {
            surroundings.say("\(stack.fullName) is not running: `terrace up` starts it")
            throw ExitCode(2)
        }
        let plan = try await running.client.plan(ManifestText(sources, environment: place.environment))
        if json {
            surroundings.output(try ChangeDocument.pretty(plan))
        } else {
            surroundings.output(
                plan.isEmpty ? "\(stack.fullName) runs as \(place.shownName) says: nothing to change\n" : plan.text)
        }
        if plan.changes.contains(where: { $0.effect != .elsewhere }) { throw ExitCode(2) }
    }

    private func cloud(_ place: ManifestPlace) async throws {
        let surroundings = Surroundings.current
        let stack = try place.checked().stack
        try CloudLook.obstaclesAreNone(stack)
        let plan = try await manifest.stack.request(stack).open { session in
            let look = try await CloudLook.take(session, allowing: Set(replace.allowReplace))
            if json {
                surroundings.output(try ChangeDocument.pretty(PlanDocument(look, session.stack)))
            } else {
                surroundings.output(
                    PlanView(style: surroundings.style).text(look, session.cloud.identity, session.stack))
            }
            // Only what is shown is judged: the answer is complete before the exit code is.
            if let report = look.cost(of: session.stack).budgetReport { throw report }
            return look.plan
        }
        if !plan.isEmpty { throw ExitCode(2) }
    }
}
