import AWSServices
import AWSWire
import Foundation
import TestKit
import Testing

/// `Tests/Peers/identity.py` on a free port: everything that gives credentials. It ends when its standard input does.
final class IdentityServer: Sendable {
    let url: String
    private let process = Process()
    private let lifeline = Pipe()

    init() throws {
        let output = Pipe()
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        process.executableURL = root.appending(path: ".venv/bin/python")
        process.arguments = [root.appending(path: "Tests/Peers/identity.py").path(percentEncoded: false)]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:\(try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines))))"
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    /// What it was asked, in order.
    func log() async throws -> [String] {
        let answer = try await runTool(["curl", "-sS", "--fail", url + "/log"])
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String])
    }
}

/// A machine with a home folder of its own, whose AWS is the stand-in.
struct IdentityWorld {
    let server: IdentityServer
    let home: URL
    let transport: HTTPTransport

    static func run(_ body: (IdentityWorld) async throws -> Void) async throws {
        try await withTemporaryFolder { home in
            let transport = HTTPTransport()
            let world = IdentityWorld(server: try IdentityServer(), home: home, transport: transport)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(world))
            } catch {
                result = .failure(error)
            }
            try await transport.shutdown()
            try result.get()
        }
    }

    @discardableResult
    func write(_ path: String, _ text: String) throws -> String {
        let file = home.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path(percentEncoded: false)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: home.appending(path: path), encoding: .utf8)
    }

    func session(_ environment: [String: String] = [:], profile: String? = nil) throws -> AWSAccess {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let own = [
            "HOME": home.path(percentEncoded: false), "PATH": path, "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/imds",
            // A busy machine must not look like an instance without a role.
            "AWS_METADATA_SERVICE_TIMEOUT": "60",
        ]
        let world = CredentialWorld(
            environment: own.merging(environment) { $1 }, transport: transport)
        return try AWSAccess(world: world, profile: profile, manifestRegion: "us-east-1")
    }

    func key(_ environment: [String: String] = [:], profile: String? = nil) async throws -> String {
        try await session(environment, profile: profile).credentials.credentials().accessKeyId
    }

    /// The report of what must fail.
    func fault(_ environment: [String: String] = [:], profile: String? = nil) async -> CredentialFault? {
        do {
            let key = try await key(environment, profile: profile)
            Issue.record("got \(key)")
            return nil
        } catch let fault as CredentialFault {
            return fault
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }
}
