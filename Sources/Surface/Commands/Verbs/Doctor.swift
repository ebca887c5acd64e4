import ArgumentParser
import Provisioning
import Stacks

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether an AWS account can carry the stack.",
        discussion: """
            Looks at identity, clock, zones, engine versions, quotas and the roles that
            AWS's services give themselves. Reads only. Exit code 1 when `up` would fail.

            Examples:
              terrace doctor
              terrace doctor --region eu-central-1 --json
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(help: "Print a line of JSON for each finding.")
    var json = false

    func run() async throws {
        let stack = try manifest.place().checked().stack
        let obstacles = StackObstacles.findings(stack)
        let isBad = try await manifest.stack.request(stack).open { session in
            var isBad = false
            for finding in obstacles { isBad = try show(finding) || isBad }
            for await finding in await session.cloud.examine(session.stack) { isBad = try show(finding) || isBad }
            return isBad
        }
        if isBad { throw ExitCode(1) }
    }

    /// True when `up` would fail because of it.
    private func show(_ finding: Finding) throws -> Bool {
        let surroundings = Surroundings.current
        if json {
            surroundings.say(try ChangeDocument.line(finding))
        } else {
            surroundings.output(FindingView(style: surroundings.style).text(finding))
        }
        return finding.state == .bad
    }
}
