import Foundation
import Machine
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What lies beside a server's data: certificate, key, rules, and the password it replicates with. PostgreSQL can take
/// that password from a file or a connection string only; the file has mode 0600 in a folder of mode 0700.
struct ServerFiles: Sendable {
    var certificatePEM: String
    var keyPEM: Secret
    var replicationPassword: Secret
    var hostRules: String
    var userMap: String
    var hasStatementStatistics: Bool

    init(_ configuration: DatabaseConfiguration, place: DatabaseFolder, hasStatementStatistics: Bool) {
        certificatePEM = configuration.serverCertificatePEM
        keyPEM = configuration.serverKeyPEM
        replicationPassword = configuration.replicationPassword
        hostRules = PostgresSettings.hostRules(
            roles: [configuration.applicationRole, DatabaseTier.alternate(of: configuration.applicationRole)],
            database: configuration.databaseName)
        userMap = PostgresSettings.userMap(systemUsers: Self.systemUsers(place.user))
        self.hasStatementStatistics = hasStatementStatistics
    }

    func write(into folder: String, user: UserIdentity?) throws {
        try writeCertificate(into: folder, user: user)
        try write(hostRules, to: folder + "/pg_hba.conf", user: user)
        try write(userMap, to: folder + "/pg_ident.conf", user: user)
        let password = replicationPassword.reveal().replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        try write("*:*:*:*:\(password)\n", to: folder + "/replication.pass", user: user)
    }

    func writeCertificate(into folder: String, user: UserIdentity?) throws {
        try write(certificatePEM, to: folder + "/server.crt", user: user)
        try write(keyPEM.reveal(), to: folder + "/server.key", user: user)
    }

    func write(_ text: String, to path: String, user: UserIdentity?) throws {
        try DatabaseFiles.write(text, to: path, mode: 0o600, for: user)
    }

    /// This process, and the servers' own user, as whom the tools run.
    private static func systemUsers(_ user: UserIdentity?) -> [String] {
        var ids = [geteuid()]
        if let user { ids.append(user.user) }
        return ids.compactMap { SystemUsers.name(of: $0) }
    }
}
