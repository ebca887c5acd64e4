/// Where the database's two endpoints are: the relays on loopback that follow the roles.
package struct DatabaseEndpoints: Codable, Sendable, Equatable {
    package struct Endpoint: Codable, Sendable, Equatable, CustomStringConvertible {
        package var host: String
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }

        package var description: String { "\(host):\(port)" }
    }

    package var writer: Endpoint
    package var reader: Endpoint

    package init(writer: Endpoint, reader: Endpoint) {
        self.writer = writer
        self.reader = reader
    }
}

/// What a client needs besides an endpoint. The role is the application's: no superuser.
package struct DatabaseCredentials: Sendable, Equatable {
    package var user: String
    package var database: String
    package var password: Secret
    /// libpq's `sslmode`.
    package var sslMode: String
    /// The certificate authority's file for `verify-ca` and `verify-full`.
    package var rootCertificate: String?

    package init(
        user: String, database: String, password: Secret, sslMode: String = "require", rootCertificate: String? = nil
    ) {
        self.user = user
        self.database = database
        self.password = password
        self.sslMode = sslMode
        self.rootCertificate = rootCertificate
    }
}
