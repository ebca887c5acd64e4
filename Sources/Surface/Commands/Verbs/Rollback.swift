import ArgumentParser
import LocalTarget
import Stacks

struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring an older release of a service back.",
        discussion: """
            Its program is started from the copy that was kept, with the settings that it
            had; secrets are those of today. Its `release:` command is not run again, and
            what newer releases did to the database stays. It goes like a deployment: new
            tasks are healthy before old ones leave.

            It stays until `terrace deploy`, also over `terrace down` and `terrace up`.

            On aws: an older revision of the task definition, with its image. `terrace up
            --on aws` brings the manifest's back.

            Examples:
              terrace rollback
              terrace rollback web --to 3
              terrace rollback web --on aws
            """)

    @Argument(help: "Which service. (default: the only one)")
    var service: String?

    @Option(help: ArgumentHelp("Which release. (default: the one that served before)", valueName: "number"))
    var to: Int?

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudRollback(request: manifest.stack.request(stack), service: service, number: to)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let surroundings = Surroundings.current
        let deployed = try await WatchedChange.watch("the rollback goes on; `terrace status` shows it") {
            [service, to] sent in
            try await running.client.rollBack(service: service, to: to, sent: sent) {
                surroundings.say("  \($0.printable)")
            }
        }
        for each in deployed { surroundings.say(DeployedView.text(each)) }
    }
}
