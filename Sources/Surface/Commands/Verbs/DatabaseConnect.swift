import ArgumentParser
import LocalTarget
import Stacks

struct DatabaseConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Open psql on the writer or the reader.",
        discussion: """
            The password reaches psql through its environment. What follows -- is given to
            psql, whose exit code is that of this command.

            On aws the way leads through a task of a service that says `exec: true`, and
            the session-manager-plugin of AWS must be on PATH. Everything is encrypted;
            where PGSSLROOTCERT names the file with Amazon's authorities for databases,
            the server's certificate is checked, too.

            Examples:
              terrace db connect
              terrace db connect --reader -- -c 'select count(*) from messages'
              terrace db connect --on aws
            """)

    @Flag(help: "Connect to the reader.")
    var reader = false

    @OptionGroup var manifest: ManifestOption

    @Argument(parsing: .postTerminator, help: ArgumentHelp("Given to psql.", valueName: "psql-arguments"))
    var words: [String] = []

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudConnect(request: manifest.stack.request(stack), reader: reader, words: words)()
        }
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(try manifest.localPlace())
        let access = try await ClientEnvironment.ask(running.client, reader: reader)
        var environment = Self.withoutOwn(surroundings.environment)
        for (name, value) in access.variables { environment[name] = value }
        environment["PGPASSWORD"] = access.credentials.password.reveal()
        throw surroundings.become(ProgramStart(path: try Self.psql(), arguments: words, environment: environment))
    }

    /// - Throws: when it is not on PATH.
    static func psql() throws(Report) -> String {
        guard let psql = Surroundings.current.program("psql") else {
            throw Report(
                "psql is not on PATH",
                next: "install PostgreSQL's client (`apt install postgresql-client`), or use "
                    + "another with `terrace db credentials`")
        }
        return psql
    }

    /// Without settings of the user's own, which are for another server.
    static func withoutOwn(_ environment: [String: String]) -> [String: String] {
        environment.filter { !$0.key.hasPrefix("PG") }
    }
}
