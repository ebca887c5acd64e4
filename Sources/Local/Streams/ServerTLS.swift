package import NIOSSL

/// What a listener shows to its clients: to those that say which name they want, and to those that came by an address and say nothing.
/// One certificate for both would do if all clients understood it: BoringSSL (gRPC, Swift) refuses a chain in which an authority
/// with a limit on addresses signs for an address, whatever the client came by.
package struct ServerCertificates: Sendable {
    package var named: NIOSSLContext
    package var addressed: NIOSSLContext

    package init(named: NIOSSLContext, addressed: NIOSSLContext) {
        self.named = named
        self.addressed = addressed
    }

    /// The same for both.
    package init(_ context: NIOSSLContext) { self.init(named: context, addressed: context) }
}

/// A listener's certificate and the protocols it speaks: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
package enum ServerTLS {
    /// Throws NIOSSL's error when certificate and key do not belong together.
    package static func context(certificatePEM: String, keyPEM: String) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
