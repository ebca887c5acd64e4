import Drills
import Foundation
import Processes
import TestKit
import Testing
import Visitors

@testable import LocalTarget

private func runs(_ program: String, _ arguments: [String]) async throws -> Bool {
    let child = try ChildProcess.spawn(
        .init(executable: "/usr/bin/env", arguments: [program] + arguments, environment: ["PATH": "/usr/bin:/bin"]))
    return await child.waitForExit() == .code(0)
}

@Suite struct CertificateAuthorityTests {
    private let day: TimeInterval = 86_400

    @Test func authorityStaysTheSame() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "authority")
            let first = try CertificateAuthority.open(folder: place, now: Date())
            let second = try CertificateAuthority.open(folder: place, now: Date() + 300 * day)
            #expect(first.certificatePEM == second.certificatePEM)
            let mode = try FileManager.default.attributesOfItem(
                atPath: place.appending(path: "ca.key").path(percentEncoded: false))
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func authorityNearItsEndIsReplaced() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "authority")
            let first = try CertificateAuthority.open(folder: place, now: Date() - 3300 * day)
            let second = try CertificateAuthority.open(folder: place, now: Date())
            #expect(first.certificatePEM != second.certificatePEM)
        }
    }

    @Test func certificateIsDueWhenAThirdOfItsLifeIsOver() async throws {
        try await withTemporaryFolder { folder in
            let now = Date()
            let authority = try CertificateAuthority.open(folder: folder.appending(path: "authority"), now: now)
            let issued = try authority.issue(names: ["localhost"], addresses: [], now: now)
            #expect(issued.notAfter.timeIntervalSince(now) <= 397 * day)
            #expect(!issued.isDue(at: now + 132 * day))
            #expect(issued.isDue(at: now + 133 * day))
            // The calendar was set back.
            #expect(!issued.isDue(at: now - 3599))
            #expect(issued.isDue(at: now - 3601))
            #expect(!"\(issued)".contains("PRIVATE KEY"))
        }
    }

    @Test(arguments: ["localhost", "shop.localhost", "127.0.0.1", "::1", "example.com"])
    func opensslAcceptsTheNamesOfThisMachineOnly(peer: String) async throws {
        try await withTemporaryFolder { folder in
            let authority = try CertificateAuthority.open(folder: folder.appending(path: "authority"), now: Date())
            let issued = try authority.issue(
                names: peer == "example.com" ? ["example.com"] : ["localhost", "*.localhost", "shop.localhost"],
                addresses: ["127.0.0.1", "::1"], now: Date())
            let leaf = folder.appending(path: "leaf.pem")
            try Data(issued.certificatePEM.utf8).write(to: leaf)
            let check = peer.contains(":") || peer.hasPrefix("127") ? "-verify_ip" : "-verify_hostname"
            let accepted = try await runs(
                "openssl",
                [
                    "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile",
                    folder.appending(path: "authority/ca.pem").path(percentEncoded: false), check, peer,
                    leaf.path(percentEncoded: false),
                ])
            #expect(accepted == (peer != "example.com"))
        }
    }

    @Test func curlAcceptsAServerWithTheCertificate() async throws {
        try await withTemporaryFolder { folder in
            let authority = try CertificateAuthority.open(folder: folder.appending(path: "authority"), now: Date())
            let issued = try authority.issue(names: ["localhost"], addresses: ["127.0.0.1"], now: Date())
            let (leaf, key) = (
                folder.appending(path: "leaf.pem").path(percentEncoded: false),
                folder.appending(path: "leaf.key").path(percentEncoded: false)
            )
            try Data(issued.certificatePEM.utf8).write(to: URL(filePath: leaf))
            try Data(issued.keyPEM.reveal().utf8).write(to: URL(filePath: key))
            var ports = FreePorts()
            let port = try ports.take()
            let server = try ChildProcess.spawn(
                .init(
                    executable: "/usr/bin/env",
                    arguments: [
                        "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", leaf, "-key", key, "-www",
                    ],
                    environment: ["PATH": "/usr/bin:/bin"]))
            let authorityFile = folder.appending(path: "authority/ca.pem").path(percentEncoded: false)
            let arguments = ["-s", "-o", "/dev/null", "--cacert", authorityFile, "https://127.0.0.1:\(port)/"]
            let accepted = try await eventually { try await runs("curl", arguments) }
            #expect(accepted)
            server.send(9)
            _ = await server.waitForExit()
        }
    }

    /// gRPC and Swift have it as their TLS. It knows no limits on addresses, so it must not see an address either.
    @Test(arguments: ["localhost", "shop.localhost"])
    func boringSSLAcceptsTheEdge(name: String) async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "whole") }).run { stage in
            let folder = stage.folder.appending(path: "authority")
            let authority = try CertificateAuthority.open(folder: folder, now: Date())
            let whole = try authority.issue(
                names: Supervisor.edgeNames, addresses: CertificateAuthority.loopback, now: Date())
            stage.edge.setCertificates(try Supervisor.edgeCertificates(authority, whole))
            let file = folder.appending(path: "ca.pem").path(percentEncoded: false)
            let load = VisitTarget(
                host: name, address: "127.0.0.1", port: stage.edge.httpsPort,
                tls: try VisitTarget.trust(authorityFile: file),
                read: "/")
            let visit = await VisitorLoad.visitOnce(load)
            #expect(visit.isGood, "\(visit.reason)")
            // By its address, and by clients that know such limits.
            let arguments = ["-s", "-o", "/dev/null", "--cacert", file]
            for host in ["127.0.0.1", "localhost"] {
                #expect(try await runs("curl", arguments + ["https://\(host):\(stage.edge.httpsPort)/"]), "\(host)")
            }
        }
    }
}
