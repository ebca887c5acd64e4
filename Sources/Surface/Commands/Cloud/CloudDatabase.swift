import Provisioning
import Resources
import Stacks

/// Where a stack's database in the cloud is, and how the application signs in.
struct CloudDatabase: Sendable {
    var writer: String
    var reader: String
    var port: String
    var user: String
    var database: String
    /// Nil when it was not asked for.
    var password: String?

    /// - Parameter withLogin: also as whom the application signs in, and with which password.
    static func read(_ request: CloudRequest, withLogin: Bool = false) async throws -> CloudDatabase {
        try isWanted(request.stack)
        return try await request.open { session in
            try await of(try await CloudLook.take(session), session, withLogin: withLogin)
        }
    }

    static func of(_ look: CloudLook, _ session: CloudSession, withLogin: Bool) async throws -> CloudDatabase {
        let clusters = look.graph.resources.filter { $0.kind == .databaseCluster }.map(\.address)
        guard let cluster = clusters.compactMap({ look.world.resources[$0] }).first,
            let writer = cluster.facts[.endpoint], let reader = cluster.facts[.readerEndpoint]
        else {
            throw Report(
                "the database of \(session.stack.fullName) does not exist yet",
                next: "`terrace up --on aws` makes it")
        }
        let login = withLogin ? try await login(look, session) : nil
        return CloudDatabase(
            writer: writer, reader: reader, port: cluster.facts[.port] ?? "5432",
            user: login?.user ?? session.stack.databaseName, database: session.stack.databaseName,
            password: login?.password)
    }

    /// - Throws: when the manifest has no database.
    static func isWanted(_ stack: Stack) throws(Report) {
        guard stack.database == nil else { return }
        throw Report("\(stack.fullName) has no database", next: "`database: {}` in the manifest gives it one")
    }

    private static func login(_ look: CloudLook, _ session: CloudSession) async throws -> CloudLogin {
        guard let secret = look.world.resources[StackResources.databaseSecret] else {
            throw Report(
                "the password of \(session.stack.fullName) does not exist yet", next: "`terrace up --on aws` makes it")
        }
        return try await session.cloud.databaseLogin(secret)
    }

    /// All but the password.
    func variables(reader isReader: Bool) -> [(String, String)] {
        [
            ("PGHOST", isReader ? reader : writer), ("PGPORT", port), ("PGUSER", user), ("PGDATABASE", database),
            ("PGSSLMODE", "require"),
        ]
    }
}
