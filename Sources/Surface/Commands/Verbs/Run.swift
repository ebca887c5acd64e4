import ArgumentParser
import LocalTarget
import Stacks

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command once as a task of a service.",
        discussion: """
            It finds what the service's tasks find: the environment of the release that
            runs, secrets, the database, a port of its own. What it writes is shown as it
            comes and goes into the service's log; its exit code is that of this command.
            It reads nothing: its input is empty. Ctrl-C ends it.

            On aws: a task of its own of the version that the service has, on Fargate. Its
            lines come from CloudWatch, a little later than they are written.

            Examples:
              terrace run web -- ./guestbook migrate
              terrace run worker -- sh -c 'echo $DATABASE_URL'
              terrace run web --on aws -- ./guestbook migrate
            """)

    @Argument(help: "Which service.")
    var service: String

    @OptionGroup var manifest: ManifestOption

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var words: [String] = []

    func validate() throws {
        if words.isEmpty { throw ValidationError("what is to be run? `terrace run \(service) -- ./program argument`") }
    }

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudRun(request: manifest.stack.request(stack), service: service, words: words)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let surroundings = Surroundings.current
        let end = try await running.client.run(service, words) { line in
            (line.stream == .out ? surroundings.output : surroundings.errors)(line.text + "\n")
        }
        if let overrun = end.overrun {
            surroundings.errors(
                "the command \(overrun); `memory:` of \(service) in the manifest sets how much it may use\n")
        }
        switch end.process {
        case .code(0): return
        case .code(let code): throw ExitCode(Int32(code))
        // As a shell says it.
        case .signal(let number): throw ExitCode(Int32(128 + number))
        }
    }
}
