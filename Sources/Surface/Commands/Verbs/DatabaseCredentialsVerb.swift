import ArgumentParser
import LocalTarget

struct DatabaseCredentialsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credentials",
        abstract: "Print what PostgreSQL's clients need, as environment lines.",
        discussion: """
            The password shows as ••• unless you ask for it.

            Examples:
              terrace db credentials
              env $(terrace db credentials --show-password) pg_dump > backup.sql
            """)

    @Flag(help: "Print the password itself.")
    var showPassword = false

    @Flag(help: "For the reader instead of the writer.")
    var reader = false

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        let running = try await RunningStack.required(try manifest.place())
        let access = try await ClientEnvironment.ask(running.client, reader: reader)
        for (name, value) in access.variables { Surroundings.current.say("\(name)=\(value)") }
        let password = access.credentials.password
        Surroundings.current.say("PGPASSWORD=\(showPassword ? password.reveal() : password.description)")
    }
}

/// The variables that libpq and everything built on it reads.
struct ClientEnvironment {
    var endpoint: DatabaseEndpoints.Endpoint
    var credentials: DatabaseCredentials

    static func ask(_ client: ControlClient, reader: Bool) async throws -> ClientEnvironment {
        let endpoints = try await client.databaseEndpoints()
        return ClientEnvironment(
            endpoint: reader ? endpoints.reader : endpoints.writer,
            credentials: try await client.databaseCredentials())
    }

    /// All but the password.
    var variables: [(String, String)] {
        let always = [
            ("PGHOST", endpoint.host), ("PGPORT", String(endpoint.port)), ("PGUSER", credentials.user),
            ("PGDATABASE", credentials.database), ("PGSSLMODE", credentials.sslMode),
        ]
        return always + (credentials.rootCertificate.map { [("PGSSLROOTCERT", $0)] } ?? [])
    }
}
