import AWSServices

/// The statements that make the application's role. Each may run twice.
struct RoleStatements {
    let role: String
    let database: String

    static let exists = "select rolname from pg_roles where rolname = :role"
    /// The role, when it owns the database that is spoken with.
    static let owner = """
        select r.rolname from pg_database d join pg_roles r on r.oid = d.datdba \
        where d.datname = current_database() and r.rolname = :role
        """

    static func parameter(_ name: String, _ value: String) -> RDSData.SqlParameter {
        var field = RDSData.Field()
        field.stringValue = value
        return RDSData.SqlParameter(name: name, value: field)
    }

    /// - Parameter verifier: `SCRAM-SHA-256$…`, which holds no quote.
    func making(verifier: String, isNew: Bool) -> [String] {
        // Who gives a database away must be a member of its new owner.
        let steps = [
            "grant \(quoted(role)) to current_user",
            "alter database \(quoted(database)) owner to \(quoted(role))",
            "revoke all on database \(quoted(database)) from public",
        ]
        // The Data API takes one statement a call; a block is one.
        return [
            "\(isNew ? "create" : "alter") role \(quoted(role)) login password '\(verifier)'",
            "do $$ begin \(steps.map { $0 + "; " }.joined())end $$",
        ]
    }

    private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
