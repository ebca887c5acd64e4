import ArgumentParser
import LocalTarget
import Stacks

struct Exec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command beside a running task, with exactly what that one has.",
        discussion: """
            Its environment, secrets and PORT, its folder and its user are the task's. It
            reads from your terminal and writes to it, and its exit code is that of this
            command; nothing of it goes into the log. On a terminal it finds your TERM.

            `terrace run` is for what is to be logged, and has a port of its own.

            On aws: inside a running task, by ECS Exec and as root. The service must say
            `exec: true`, and the session-manager-plugin of AWS must be on PATH. The exit
            code is that program's, which does not know the command's; `terrace run` does.

            Examples:
              terrace exec web -- sh
              terrace exec web --task 3 -- env
              terrace exec web --on aws -- sh
            """)

    @Argument(help: "Which service.")
    var service: String

    @Option(
        help: ArgumentHelp("The number of the task, on aws its id. (default: a healthy one)", valueName: "number"))
    var task: String?

    @OptionGroup var manifest: ManifestOption

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var words: [String] = []

    func validate() throws {
        if words.isEmpty { throw ValidationError("what is to be run? `terrace exec \(service) -- sh`") }
        try checkService()
        guard manifest.stack.on == .local, let task else { return }
        if number == nil { throw ValidationError("\(task) is no number of a task; `terrace status` shows them") }
    }

    /// As `status` and `logs` call a task: no service has a point in its name.
    private func checkService() throws {
        let parts = service.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return }
        throw ValidationError("\(service) is a task: `terrace exec \(parts[0]) --task \(parts[1]) -- \(words[0])`")
    }

    private var number: Int? { task.flatMap { Int($0) } }

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            let exec = CloudExec(request: manifest.stack.request(stack), service: service, task: task, words: words)
            return try await exec()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let program = try await running.client.exec(service, task: number, words)
        let surroundings = Surroundings.current
        var environment = program.environment
        if surroundings.isInputTerminal {
            environment["TERM"] = environment["TERM"] ?? surroundings.environment["TERM"]
        }
        throw surroundings.become(
            ProgramStart(
                path: program.executable, arguments: program.arguments, environment: environment,
                folder: program.folder, user: program.user))
    }
}
