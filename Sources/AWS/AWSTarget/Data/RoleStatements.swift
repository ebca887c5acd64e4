import AWSServices
import Stacks

/// The statements that make the application's role, and the one with which it takes turns. Each may run twice.
struct RoleStatements {
    let role: String
    let database: String

    static let exists = "select rolname from pg_roles where rolname = :role"
    /// The role, when it owns the database that is spoken with, and the schema of a drill's own, when that is there.
    static let owner = """
        select r.rolname, cast(to_regnamespace('\(DrillTable.schema)') as text) from pg_database d join pg_roles r on r.oid = d.datdba \
        where d.datname = current_database() and r.rolname = :role
        """

    static func parameter(_ name: String, _ value: String) -> RDSData.SqlParameter {
        var field = RDSData.Field()
        field.stringValue = value
        return RDSData.SqlParameter(name: name, value: field)
    }

    /// Two roles take turns as the application's login; one owns everything, and the other acts as it. The same names as on
    /// this machine.
    static func alternate(of owner: String) -> String { owner + "_alternate" }

    /// - Parameter verifier: `SCRAM-SHA-256$…`, which holds no quote; nil while it is the other's turn.
    func making(verifier: String?, isNew: Bool) -> [String] {
        // Who gives a database away must be a member of its new owner.
        let steps = [
            "grant \(quoted(role)) to current_user",
            "alter database \(quoted(database)) owner to \(quoted(role))",
            "revoke all on database \(quoted(database)) from public",
        ]
        // The Data API takes one statement a call; a block is one.
        return own(verifier, isNew) + [Self.block(steps)]
    }

    private func own(_ verifier: String?, _ isNew: Bool) -> [String] {
        if let verifier { return [login(role, verifier: verifier, isNew: isNew)] }
        return isNew ? ["create role \(quoted(role)) nologin"] : []
    }

    /// - Parameter user: the role, or the one with which it takes turns.
    func admitting(_ user: String, verifier: String, isNew: Bool) -> [String] {
        let first = login(user, verifier: verifier, isNew: isNew)
        guard user != role else { return [first] }
        // What it makes belongs to the owner, so that the next turn finds nothing in its way.
        let steps = [
            "grant \(quoted(role)) to \(quoted(user))",
            "alter role \(quoted(user)) set role to '\(role.replacing("'", with: "''"))'",
        ]
        return [first, Self.block(steps)]
    }

    /// Connections that it has go on; new ones are refused.
    func dismissing(_ user: String) -> String { "alter role \(quoted(user)) nologin" }

    private func login(_ user: String, verifier: String, isNew: Bool) -> String {
        "\(isNew ? "create" : "alter") role \(quoted(user)) login password '\(verifier)'"
    }

    private static func block(_ steps: [String]) -> String {
        "do $$ begin \(steps.map { $0 + "; " }.joined())end $$"
    }

    private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
