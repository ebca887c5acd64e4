import Foundation

/// The text of one server's configuration. Everything else keeps PostgreSQL's default.
struct PostgresSettings: Sendable, Equatable {
    var name: ServerName
    var folder: String
    var socketFolder: String
    var port: Int
    /// Commits wait for the reader.
    var synchronous: Bool
    /// Where a standby streams from; nil for a writer.
    var primaryPort: Int?
    var hasStatementStatistics: Bool
    var authority: String
    /// Run for every full segment of the log.
    var archiveCommand: String

    static let superuser = "terrace"
    static let replicationRole = "terrace_replication"
    /// The standby's `application_name`.
    static let standby = "reader"
    static let mostConnections = 100
    /// Of these, those that are not kept for the supervisor.
    static let applicationConnections = 95
    static let synchronousNames = "FIRST 1 (\(standby))"

    var text: String {
        let own = folder + "/" + name.rawValue
        var lines: [(String, String)] = [
            ("listen_addresses", "127.0.0.1"),
            ("port", "\(port)"),
            ("unix_socket_directories", socketFolder),
            ("unix_socket_permissions", "0700"),
            ("cluster_name", "terrace \(name.rawValue)"),
            ("hba_file", own + "/pg_hba.conf"),
            ("ident_file", own + "/pg_ident.conf"),
            // The supervisor must get in when applications have taken every other connection.
            ("max_connections", "\(Self.mostConnections)"),
            ("superuser_reserved_connections", "\(Self.mostConnections - Self.applicationConnections)"),
            ("ssl", "on"),
            ("ssl_cert_file", own + "/server.crt"),
            ("ssl_key_file", own + "/server.key"),
            ("ssl_min_protocol_version", "TLSv1.2"),
            ("password_encryption", "scram-sha-256"),
            ("wal_level", "replica"),
            ("hot_standby", "on"),
            // Also on the reader: what the writer had not archived when it died would be a hole.
            ("archive_mode", "always"),
            ("archive_command", archiveCommand),
            // Queries on the reader are not cancelled because the writer has vacuumed.
            ("hot_standby_feedback", "on"),
            // A reader that was away for longer is copied anew. No slot: it could fill the disk.
            ("wal_keep_size", "256MB"),
            ("wal_sender_timeout", "10s"),
            ("wal_receiver_timeout", "10s"),
            ("wal_receiver_status_interval", "1s"),
            ("wal_retrieve_retry_interval", "100ms"),
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("synchronous_standby_names", synchronous ? Self.synchronousNames : ""),
            // After the crash of one process the supervisor decides what to do, for the reader is ready sooner than a
            // recovered writer.
            ("restart_after_crash", "off"),
            ("logging_collector", "off"),
            ("log_destination", "stderr"),
            ("log_line_prefix", "%m [%p] "),
            ("log_timezone", "UTC"),
            ("lc_messages", "C"),
            ("track_io_timing", "on"),
        ]
        if hasStatementStatistics { lines.append(("shared_preload_libraries", "pg_stat_statements")) }
        if let primaryPort { lines.append(("primary_conninfo", connection(to: primaryPort))) }
        let body = lines.map { "\($0.0) = \(Self.literal($0.1))" }.joined(separator: "\n")
        return "# Written by Terrace at each start; changes are lost.\n\(body)\n"
    }

    /// The password is in a file that only the servers' user can read, so that no process shows it.
    private func connection(to port: Int) -> String {
        let own = folder + "/" + name.rawValue
        return [
            "host": "127.0.0.1", "port": "\(port)", "user": Self.replicationRole, "application_name": Self.standby,
            "sslmode": "verify-ca", "sslrootcert": authority, "passfile": own + "/replication.pass",
            "connect_timeout": "5", "gssencmode": "disable",
        ]
        .sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: " ")
    }

    /// A value in a file of settings, where a backslash means something.
    static func literal(_ text: String) -> String { SQL.literal(text.replacing("\\", with: "\\\\")) }

    /// A value inside a connection string.
    static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// TLS and SCRAM only over TCP. The superuser and copies come through the Unix socket alone, where the kernel
    /// vouches for the user (`peer`), so that the superuser needs no password at all.
    static func hostRules(roles: [String], database: String) -> String {
        func name(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        return """
            local   all          \(superuser)  peer map=terrace
            local   replication  \(superuser)  peer map=terrace
            hostssl replication  \(replicationRole)  127.0.0.1/32  scram-sha-256
            hostssl \(name(database))  \(roles.map(name).joined(separator: ","))  127.0.0.1/32  scram-sha-256

            """
    }

    static func userMap(systemUsers: [String]) -> String {
        systemUsers.map { "terrace \"\($0)\" \(superuser)\n" }.joined()
    }
}
