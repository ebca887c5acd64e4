import ArgumentParser
import LocalTarget
import Stacks

struct DatabaseConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Open psql on the writer or the reader.",
        discussion: """
            The password reaches psql through its environment. What follows -- is given to psql.

            Examples:
              terrace db connect
              terrace db connect --reader -- -c 'select count(*) from messages'
            """)

    @Flag(help: "Connect to the reader.")
    var reader = false

    @OptionGroup var manifest: ManifestOption

    @Argument(parsing: .postTerminator, help: ArgumentHelp("Given to psql.", valueName: "psql-arguments"))
    var words: [String] = []

    func run() async throws {
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(try manifest.localPlace())
        let access = try await ClientEnvironment.ask(running.client, reader: reader)
        guard let psql = surroundings.program("psql") else {
            throw Report(
                "psql is not on PATH",
                next: "install PostgreSQL's client (`apt install postgresql-client`), or use "
                    + "another with `terrace db credentials`")
        }
        var environment = surroundings.environment
        // Settings of the user's own for another server.
        for name in environment.keys where name.hasPrefix("PG") { environment[name] = nil }
        for (name, value) in access.variables { environment[name] = value }
        environment["PGPASSWORD"] = access.credentials.password.reveal()
        throw surroundings.become(ProgramStart(path: psql, arguments: words, environment: environment))
    }
}
