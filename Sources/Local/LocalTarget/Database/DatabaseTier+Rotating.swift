/// As whom the application logs in now.
package struct DatabaseLogin: Sendable, Equatable {
    package var role: String
    package var password: Secret

    package init(role: String, password: Secret) {
        self.role = role
        self.password = password
    }
}

/// Two roles take turns as the application's login; one of them owns everything, and the other acts as it. So both can be
/// valid for as long as tasks of both kinds run.
extension DatabaseTier {
    /// The role that is not in use.
    package var spareRole: String {
        let owner = configuration.applicationRole
        return login.role == owner ? Self.alternate(of: owner) : owner
    }

    static func alternate(of owner: String) -> String { owner + "_alternate" }

    /// Both the old one and this one are valid then, and new connections are meant to use this one.
    package func admit(_ login: DatabaseLogin) async throws {
        guard let writer = parts?.servers[state.record.writer] else {
            throw DatabaseError("rotate the password", answer: "the database has no writer now")
        }
        let owner = configuration.applicationRole
        try await writer.withConnection { try Self.ensureLogin(login.role, login.password, owner: owner, $0) }
        self.login = login
    }

    /// Connections that it has go on; new ones are refused.
    package func dismiss(_ role: String) async throws {
        guard let writer = parts?.servers[state.record.writer] else {
            throw DatabaseError("dismiss the role \(role)", answer: "the database has no writer now")
        }
        try await writer.query("ALTER ROLE \(SQL.identifier(role)) NOLOGIN")
    }

    /// Whatever password it has: after a kill amid a rotation and after a restore it may be one that was given up.
    static func dismiss(_ role: String, _ connection: PostgresConnection) throws(PostgresFailure) {
        let rows = try connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(SQL.literal(role))")
        if !rows.isEmpty { try connection.query("ALTER ROLE \(SQL.identifier(role)) NOLOGIN") }
    }

    /// Made if it is missing.
    static func ensureLogin(
        _ role: String, _ password: Secret, owner: String, _ connection: PostgresConnection
    ) throws(PostgresFailure) {
        try ensureRole(role, password, "NOREPLICATION", connection)
        guard role != owner else { return }
        let name = SQL.identifier(role)
        // What it makes belongs to the owner, so that the next turn finds nothing in its way.
        try connection.query(
            "GRANT \(SQL.identifier(owner)) TO \(name); ALTER ROLE \(name) SET role TO \(SQL.literal(owner))")
    }

    /// Passwords go over as verifiers.
    static func ensureRole(
        _ role: String, _ password: Secret, _ right: String, _ connection: PostgresConnection
    ) throws(PostgresFailure) {
        let verifier = try connection.verifier(of: password, for: role)
        let exists = try connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(SQL.literal(role))")
        try connection.query(
            "\(exists.isEmpty ? "CREATE" : "ALTER") ROLE \(SQL.identifier(role)) LOGIN NOSUPERUSER NOCREATEDB "
                + "NOCREATEROLE NOBYPASSRLS \(right) PASSWORD \(SQL.literal(verifier))")
    }
}
