package import NIOSSL

/// Where visits go, and what they ask for.
package struct VisitTarget: Sendable {
    /// The name in the certificate and in `Host`.
    package var host: String
    package var address: String
    package var port: Int
    /// nil: in plain text.
    package var tls: NIOSSLContext?
    package var read: String
    package var write: Write?
    /// Addresses of this machine that visits come from, in turn; empty: whichever the system chooses. A limit for each
    /// client would otherwise take the whole load for one.
    package var sources: [String]

    /// A request with a body.
    package struct Write: Sendable {
        package var path: String
        /// `{number}` in it becomes the visit's number.
        package var body: String
        package var type: String

        package init(path: String, body: String, type: String) {
            self.path = path
            self.body = body
            self.type = type
        }
    }

    package init(
        host: String, address: String, port: Int, tls: NIOSSLContext?, read: String, write: Write? = nil,
        sources: [String] = []
    ) {
        self.host = host
        self.address = address
        self.port = port
        self.tls = tls
        self.read = read
        self.write = write
        self.sources = sources
    }

    /// Of the machine's own list of authorities.
    package static func usualTrust() throws -> NIOSSLContext {
        try NIOSSLContext(configuration: TLSConfiguration.makeClientConfiguration())
    }

    /// As `Host` has it: without the port that goes without saying. CloudFront knows a host by its name alone.
    var authority: String { port == (tls == nil ? 80 : 443) ? host : "\(host):\(port)" }

    /// Of one authority alone, as the edge of this machine has one.
    /// - Parameter authorityFile: its certificate, PEM. Throws NIOSSL's error when it cannot be read.
    package static func trust(authorityFile: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authorityFile)
        return try NIOSSLContext(configuration: configuration)
    }
}
