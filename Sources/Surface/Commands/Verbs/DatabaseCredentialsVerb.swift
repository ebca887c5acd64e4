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
              terrace db credentials --on aws --show-password
              env $(terrace db credentials --show-password) pg_dump > backup.sql
            """)

    @Flag(help: "Print the password itself.")
    var showPassword = false

    @Flag(help: "For the reader instead of the writer.")
    var reader = false

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        let place = try manifest.place()
        guard manifest.stack.on == .local else { return try await cloud(place) }
        let running = try await RunningStack.required(place)
        let access = try await ClientEnvironment.ask(running.client, reader: reader)
        for (name, value) in access.variables { Surroundings.current.say("\(name)=\(value)") }
        let password = access.credentials.password
        Surroundings.current.say("PGPASSWORD=\(showPassword ? password.reveal() : password.description)")
    }

    /// Aurora's certificate is of a public authority of Amazon's, which clients have to be given.
    private func cloud(_ place: ManifestPlace) async throws {
        let request = manifest.stack.request(try place.checked().stack)
        // Also without the password: whose turn it is the secret says.
        let database = try await CloudDatabase.read(request, withLogin: true)
        for (name, value) in database.variables(reader: reader) { Surroundings.current.say("\(name)=\(value)") }
        Surroundings.current.say("PGPASSWORD=\(showPassword ? database.password ?? "" : "•••")")
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
