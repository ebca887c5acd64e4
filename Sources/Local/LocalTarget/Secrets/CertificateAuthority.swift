import Crypto
package import Foundation
import Machine
import SwiftASN1
import X509

/// A certificate authority of the stack's own, made in code and kept on disk, so that a browser has to trust it once. Name
/// constraints say what it can sign for, whoever gets hold of its key.
package struct CertificateAuthority: Sendable {
    /// Trusted by hand once, so long: a human generation of a project.
    static let lifetime = Duration.seconds(3650 * 86_400)
    /// Below the 398 days that browsers accept. Source: CA/Browser Forum ballot SC-31; Apple HT211025, read 2026-11.
    static let leafLifetime = Duration.seconds(397 * 86_400)
    /// Certificates begin this long ago, for clocks that run behind.
    static let clockSkew = Duration.seconds(3600)

    /// What else than `localhost` and the names below it an authority can sign for.
    package enum Scope: Sendable {
        /// The loopback addresses: for one that browsers trust.
        case loopback
        /// Every address: for one that nobody trusts but those who are told of it, with each connection. BoringSSL, and with it every
        /// client in Swift, refuses a certificate with an address below an authority whose addresses are limited
        /// (X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE).
        case anyAddress
    }

    /// The addresses of certificates.
    package static let loopback = ["127.0.0.1", "::1"]

    /// For `curl --cacert` and the machine's trust store.
    package let certificatePEM: String
    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// Opens the authority kept in `folder`; makes a new one there when the folder does not exist or its certificate has
    /// less than one leaf's lifetime left. Throws `CertificateError`.
    /// - Parameter scope: of a new one.
    package static func open(folder: URL, scope: Scope = .loopback, now: Date) throws -> CertificateAuthority {
        let path = folder.path(percentEncoded: false)
        do {
            if !FileManager.default.fileExists(atPath: path) { try make(path, scope, now: now) }
            let authority = try read(path)
            guard authority.certificate.notValidAfter < now + leafLifetime else { return authority }
            try replace(path, scope, now: now)
            return try read(path)
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError(
                message: "cannot open the certificate authority in \(path): \(error)",
                next: "remove the folder; the next `up` makes a new authority, which browsers have to trust again")
        }
    }

    /// A certificate and a fresh key for the given names and addresses. Addresses are IPv4 or IPv6 in text.
    package func issue(names: [String], addresses: [String], now: Date) throws -> IssuedCertificate {
        let leafKey = P256.Signing.PrivateKey()
        let end = min(now + CertificateAuthority.leafLifetime, certificate.notValidAfter)
        let alternatives = try names.map { GeneralName.dnsName($0) } + addresses.map(CertificateAuthority.address)
        let leaf = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(leafKey.publicKey),
            notValidBefore: now + (.zero - CertificateAuthority.clockSkew),
            notValidAfter: end, issuer: certificate.subject,
            subject: DistinguishedName { CommonName(names.first ?? addresses.first ?? "localhost") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(alternatives)
                SubjectKeyIdentifier(hash: Certificate.PublicKey(leafKey.publicKey))
                AuthorityKeyIdentifier(
                    keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
            }, issuerPrivateKey: key)
        return IssuedCertificate(
            certificatePEM: try leaf.serializeAsPEM().pemString, keyPEM: Secret(leafKey.pemRepresentation),
            issuedAt: now, notAfter: end)
    }
}

/// A certificate that the authority has signed, and its key.
package struct IssuedCertificate: Sendable, Equatable {
    package let certificatePEM: String
    package let keyPEM: Secret
    package let issuedAt: Date
    package let notAfter: Date

    /// A new one is made when a third of its life is over, long before anybody would notice its end; and when the calendar was set
    /// back to before its beginning, where it is not valid yet.
    package func isDue(at now: Date) -> Bool {
        let life = notAfter.timeIntervalSince(issuedAt)
        return now.timeIntervalSince(issuedAt) >= life / 3 || now < issuedAt + (.zero - CertificateAuthority.clockSkew)
    }
}

/// Why a certificate could not be made or read, and what to do about it.
package struct CertificateError: Error, Sendable, Equatable, CustomStringConvertible {
    package var message: String
    package var next: String

    package var description: String { "\(message)\n  next      \(next)" }
}

extension CertificateAuthority {
    private static let certificateFile = "ca.pem"
    private static let keyFile = "ca.key"

    private static func read(_ folder: String) throws -> CertificateAuthority {
        let text = String(decoding: try DurableFiles.read("\(folder)/\(certificateFile)"), as: UTF8.self)
        let keyText = String(decoding: try DurableFiles.read("\(folder)/\(keyFile)"), as: UTF8.self)
        let certificate = try Certificate(pemEncoded: text)
        let key = try Certificate.PrivateKey(pemEncoded: keyText)
        guard key.publicKey == certificate.publicKey else {
            throw CertificateError(
                message: "\(keyFile) and \(certificateFile) in \(folder) do not belong together",
                next: "put both back from a backup, or remove the folder; the next `up` makes a new authority")
        }
        return CertificateAuthority(certificatePEM: text, certificate: certificate, key: key)
    }

    private static func make(_ folder: String, _ scope: Scope, now: Date) throws {
        try FileManager.default.createDirectory(
            atPath: (folder as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try DurableFiles.create(folder: folder, files: try newFiles(scope, now: now))
    }

    /// The old folder moves aside first: a crash between the two steps leaves none, and the next start makes a new one.
    private static func replace(_ folder: String, _ scope: Scope, now: Date) throws {
        let old = folder + ".old"
        try? FileManager.default.removeItem(atPath: old)
        try FileManager.default.moveItem(atPath: folder, toPath: old)
        try make(folder, scope, now: now)
    }

    private static func newFiles(_ scope: Scope, now: Date) throws -> [String: [UInt8]] {
        let key = P256.Signing.PrivateKey()
        let publicKey = Certificate.PublicKey(key.publicKey)
        let name = try DistinguishedName {
            OrganizationName("Terrace")
            // Tells the authorities of several stacks apart in a trust store.
            CommonName("Terrace local authority \(UInt32.random(in: .min ... .max))")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: now + (.zero - clockSkew), notValidAfter: now + lifetime, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                Critical(constraints(scope))
                SubjectKeyIdentifier(hash: publicKey)
            }, issuerPrivateKey: Certificate.PrivateKey(key))
        return [
            certificateFile: Array(try certificate.serializeAsPEM().pemString.utf8),
            keyFile: Array(key.pemRepresentation.utf8),
        ]
    }

    /// `localhost` and everything below it, 127.0.0.0/8 and ::1. Source: RFC 5280, 4.2.1.10: address and mask in one string.
    private static func constraints(_ scope: Scope) -> NameConstraints {
        let names = ["localhost"]
        guard scope == .loopback else { return NameConstraints(permittedDNSDomains: names) }
        let four: [UInt8] = [127, 0, 0, 0, 255, 0, 0, 0]
        let six = [UInt8](repeating: 0, count: 15) + [1] + [UInt8](repeating: 255, count: 16)
        return NameConstraints(
            permittedDNSDomains: names,
            permittedIPRanges: [ASN1OctetString(contentBytes: four[...]), ASN1OctetString(contentBytes: six[...])])
    }

    private static func address(_ text: String) throws -> GeneralName {
        if let bytes = IPAddress.bytes(of: text) { return .ipAddress(ASN1OctetString(contentBytes: bytes[...])) }
        throw CertificateError(message: "\(text) is no address", next: "give an IPv4 or IPv6 address in text")
    }
}

extension Date {
    fileprivate static func + (date: Date, duration: Duration) -> Date {
        date.addingTimeInterval(Double(duration.components.seconds))
    }
}
