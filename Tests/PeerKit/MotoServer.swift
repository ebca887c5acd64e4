import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1

/// moto with the rules of AWS around it (`Tests/Peers/serve.py`), in a process of its own on a free port. It ends when its
/// connection does, so it cannot outlive whoever started it.
package final class MotoServer: Sendable {
    package let port: Int
    private let connection: FileHandle
    private let errors: URL

    /// `speed`: real seconds that pass in one; 0 has everything ready at once.
    package init(speed: Double = 0) throws {
        let name = "terrace-moto-\(UInt64.random(in: .min ... .max))"
        errors = FileManager.default.temporaryDirectory.appending(path: name)
        try Data().write(to: errors)
        connection = try PeerNursery.ask(.init(serve: speed, errors: errors.path(percentEncoded: false)))
        guard let port = Int(connection.firstLine) else {
            throw PeerFailure("moto did not start: \((try? String(contentsOf: errors, encoding: .utf8)) ?? "")")
        }
        self.port = port
    }

    /// What it said on its standard error: the traceback of a call that moto cannot do.
    package var complaints: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Empties the account: cheaper than another server.
    package func reset() async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/moto-api/reset")
        request.method = .POST
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 16)
        guard response.status == .ok else { throw PeerFailure("moto does not reset: \(response.status)") }
        try FileHandle(forWritingTo: errors).truncate(atOffset: 0)
    }

    /// Every cluster's Data API asks this real PostgreSQL from now on, and that of a restored one a copy of it.
    ///
    /// - Parameter folder: where it takes orders.
    package func serveDatabases(from port: Int, in folder: String) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.port)/moto-api/databases")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: "\(port) \(folder)"))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 16)
        guard response.status == .ok else { throw PeerFailure("moto takes no database: \(response.status)") }
    }

    /// A public zone of Route 53 for the domain, as its owner has it before there is a stack.
    package func makeZone(_ domain: String) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/2013-04-01/hostedzone")
        request.method = .POST
        // moto reads region and service from the signature and checks it no further.
        request.headers.add(
            name: "Authorization",
            value: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-east-1/route53/aws4_request, "
                + "SignedHeaders=host, Signature=none")
        request.body = .bytes(
            ByteBuffer(
                string: """
                    <CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>\(domain).</Name>\
                    <CallerReference>\(domain)</CallerReference></CreateHostedZoneRequest>
                    """))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 16)
        guard response.status == .created else { throw PeerFailure("moto makes no zone: \(response.status)") }
    }

    package func stop() {
        try? connection.close()
        try? FileManager.default.removeItem(at: errors)
    }

    /// The checkout, from where this file was compiled.
    package static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL
    package static var python: String { checkout.appending(path: ".venv/bin/python").path(percentEncoded: false) }

    /// A program of `Tests/Peers`, to be run with `python`.
    package static func script(_ name: String) -> String {
        checkout.appending(path: "Tests/Peers/\(name)").path(percentEncoded: false)
    }
}
