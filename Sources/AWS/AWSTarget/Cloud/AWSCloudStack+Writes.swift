import AWSServices
import AWSWire
package import Provisioning
package import Resources

// Whether somebody can write to the database just now, tried through the Data API: no other way leads there from outside of
// the stack's network.
extension AWSCloudStack {
    /// A write that leaves nothing behind. It takes a transaction's number, which a reader refuses with SQLSTATE 25006, and puts
    /// an empty message into the write-ahead log, so that its commit is acknowledged when the storage has it, as that of a row
    /// is; a number alone would be committed without waiting. Who reads the log by `pgoutput` sees such messages only when
    /// asking for them. As text, since the Data API refuses results of types that it does not know.
    /// Source: PostgreSQL's RecordTransactionCommit and "Functions for system administration", read 2026-11.
    static let write = """
        SELECT CAST(pg_current_xact_id() AS text), CAST(pg_logical_emit_message(true, 'terrace', '') AS text)
        """

    package func write(in world: World, within limit: Duration) async throws -> CloudWrite {
        guard let role = applicationRole(in: world), let cluster = role.cluster.literal,
            let secret = role.secret.literal
        else { return .barred("the application's role was not found: `terrace up --on aws` makes it") }
        let request = RDSData.ExecuteStatementRequest(
            resourceArn: cluster, secretArn: secret, sql: Self.write, database: role.database)
        do {
            // A second try of the client's own would hide a refusal.
            _ = try await connection.measuringClient.send(request, within: limit)
            return .done
        } catch let error as AWSError {
            return CloudWrite(error)
        }
    }

    /// Nil when it was not found.
    func applicationRole(in world: World) -> DatabaseRoleSettings? {
        let roles = world.resources.values.compactMap { observed -> DatabaseRoleSettings? in
            guard case .databaseRole(let role) = observed.settings else { return nil }
            return role
        }
        return roles.first
    }
}

extension CloudWrite {
    /// Source: the errors of the Data API's ExecuteStatement, read 2026-11.
    init(_ error: AWSError) {
        switch error.kind {
        case .throttling: self = .astray("the Data API is throttled")
        case .accessDenied:
            self = .barred("\(error); `terrace policy` prints the policy that Terrace needs")
        case .expiredCredentials, .invalidCredentials, .noCredentials, .clockSkew: self = .barred("\(error)")
        case .timeout where error.status == nil: self = .refused("no answer in time")
        default:
            if error.status == nil {
                self = .astray("the Data API cannot be reached")
            } else if error.code.hasPrefix("DatabaseResuming") {
                self = .astray("the database is waking up")
            } else if Self.bars(error) {
                self = .barred("\(error)")
            } else {
                self = .refused(error.code)
            }
        }
    }

    /// The Data API is off, the secret cannot be read, or PostgreSQL refuses the login (class 28) or the statement (class 42).
    private static func bars(_ error: AWSError) -> Bool {
        ["HttpEndpointNotEnabled", "SecretsError", "InvalidSecret"].contains { error.code.hasPrefix($0) }
            || ["HttpEndpoint is not enabled", "Error fetching secret", "SQLState: 28", "SQLState: 42"].contains {
                error.message.contains($0)
            }
    }
}
