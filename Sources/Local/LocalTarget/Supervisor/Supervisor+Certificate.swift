import Foundation
import NIOSSL
import Streams

extension Supervisor {
    static let edgeNames = ["localhost", "*.localhost"]
    private var authorityFolder: URL { folder.url.appending(path: "authority") }
    private var databaseAuthorityFolder: URL { folder.url.appending(path: "database-authority") }

    /// Of the edge: browsers are asked to trust it.
    func edgeAuthority() throws -> CertificateAuthority {
        try CertificateAuthority.open(folder: authorityFolder, now: Date())
    }

    /// Of the database, which is reached by its address: `PGSSLROOTCERT` names it.
    func databaseAuthority() throws -> CertificateAuthority {
        try CertificateAuthority.open(folder: databaseAuthorityFolder, scope: .anyAddress, now: Date())
    }

    func edgeCertificate(_ authority: CertificateAuthority) throws -> ServerCertificates {
        let certificate = try authority.issue(
            names: Self.edgeNames, addresses: CertificateAuthority.loopback, now: Date())
        keep(certificate, of: "edge", names: Self.edgeNames, by: (authorityFolder, .loopback)) {
            [weak self] authority, fresh in
            try await self?.showAtEdge(authority, fresh)
        }
        return try Self.edgeCertificates(authority, certificate)
    }

    /// `whole` is for clients that come by an address; it has the names, too.
    static func edgeCertificates(
        _ authority: CertificateAuthority, _ whole: IssuedCertificate
    ) throws -> ServerCertificates {
        let named = try authority.issue(names: edgeNames, addresses: [], now: whole.issuedAt)
        return ServerCertificates(named: try context(named), addressed: try context(whole))
    }

    func databaseCertificate(_ authority: CertificateAuthority) throws -> IssuedCertificate {
        let certificate = try authority.issue(
            names: ["localhost"], addresses: CertificateAuthority.loopback, now: Date())
        keep(certificate, of: "database", names: ["localhost"], by: (databaseAuthorityFolder, .anyAddress)) {
            [weak self] authority, fresh in
            try await self?.showAtDatabase(authority, fresh)
        }
        return certificate
    }

    /// Looked after from now on; `apply` looks, too.
    private func keep(
        _ certificate: IssuedCertificate, of part: String, names: [String],
        by authority: (folder: URL, scope: CertificateAuthority.Scope),
        show: @escaping @Sendable (CertificateAuthority, IssuedCertificate) async throws -> Void
    ) {
        let keeper = CertificateKeeper(
            authorityFolder: authority.folder, scope: authority.scope, names: names, current: certificate, show: show
        ) { [weak self] news in
            switch news {
            case .renewed: self?.say(part, "shows a new certificate")
            case .failed(let reason): self?.say(part, "cannot renew its certificate: \(reason)", .warning)
            }
        }
        keepers.append((keeper, Task { await keeper.run() }))
    }

    private func showAtEdge(_ authority: CertificateAuthority, _ certificate: IssuedCertificate) throws {
        try publish(authority)
        parts.edge?.setCertificates(try Self.edgeCertificates(authority, certificate))
    }

    private func showAtDatabase(_ authority: CertificateAuthority, _ certificate: IssuedCertificate) async throws {
        try await parts.database?.setCertificate(certificate, authorityPEM: authority.certificatePEM)
    }

    private static func context(_ certificate: IssuedCertificate) throws -> NIOSSLContext {
        try ServerTLS.context(certificatePEM: certificate.certificatePEM, keyPEM: certificate.keyPEM.reveal())
    }

    func renewCertificates() async {
        for (keeper, _) in keepers { await keeper.renewIfDue() }
    }

    func endKeepers() {
        for (_, watch) in keepers { watch.cancel() }
    }
}
