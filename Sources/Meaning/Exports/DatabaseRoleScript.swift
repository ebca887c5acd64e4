/// The application's role, made by hand through the RDS Data API: for exports whose tool cannot look inside a database.
struct DatabaseRoleScript {
    var role: String
    var database: String

    /// Lines of a shell; the three names stand for ARNs.
    func lines(cluster: String, masterSecret: String, secret: String) -> [String] {
        let quoted = { (name: String) in "\\\"\(name)\\\"" }
        return [
            "password=$(aws secretsmanager get-secret-value --secret-id \(secret) --query SecretString --output text | jq -r .password)",
            "for statement in \\",
            "  \"create role \(quoted(role)) login password '$password'\" \\",
            "  \"grant \(quoted(role)) to current_user\" \\",
            "  \"alter database \(quoted(database)) owner to \(quoted(role))\" \\",
            "  \"revoke all on database \(quoted(database)) from public\"; do",
            "  aws rds-data execute-statement --resource-arn \(cluster) --secret-arn \(masterSecret) \\",
            "    --database \(database) --sql \"$statement\" >/dev/null",
            "done",
        ]
    }
}
