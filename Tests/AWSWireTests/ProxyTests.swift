import AWSWire
import Foundation
import TestKit
import Testing

/// The transport against a real server by TLS and a real proxy.
struct ProxyTests {
    /// `Tests/Peers/secure.py` on free ports; it ends when its standard input does.
    private struct Company {
        let folder: URL
        let server: Int
        let proxy: Int
        private let process = Process()
        private let lifeline = Pipe()

        init(_ folder: URL) throws {
            self.folder = folder
            let output = Pipe()
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
            process.executableURL = root.appending(path: ".venv/bin/python")
            process.arguments = [
                root.appending(path: "Tests/Peers/secure.py").path(percentEncoded: false),
                folder.path(percentEncoded: false),
            ]
            process.standardInput = lifeline
            process.standardOutput = output
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            let ports = line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            try #require(ports.count == 2, "\(line)")
            (server, proxy) = (ports[0], ports[1])
        }

        func end() { try? lifeline.fileHandleForWriting.close() }

        var trusting: [String: String] {
            ["AWS_CA_BUNDLE": folder.appending(path: "authority.pem").path(percentEncoded: false)]
        }

        func proxied(user: String = "anna:open%20sesame@") -> [String: String] {
            trusting.merging(["HTTPS_PROXY": "http://\(user)127.0.0.1:\(proxy)"]) { $1 }
        }

        /// What the server answers to one call.
        func get(_ environment: [String: String], path: String = "/") async throws -> String {
            let transport = try HTTPTransport(TransportSettings(environment: environment))
            let call = OutgoingCall(method: "GET", host: "localhost:\(server)", path: path)
            let result: Result<IncomingAnswer, any Error>
            do {
                result = .success(try await transport.send(call, within: .seconds(20)))
            } catch {
                result = .failure(error)
            }
            try await transport.shutdown()
            return String(decoding: try result.get().body, as: UTF8.self)
        }

        func fault(_ environment: [String: String]) async throws -> TransportFault? {
            do {
                _ = try await get(environment)
                return nil
            } catch let fault as TransportFault {
                return fault
            }
        }
    }

    private static func with(_ body: (Company) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let company = try Company(folder)
            defer { company.end() }
            try await body(company)
        }
    }

    @Test func aCallGoesThroughTheProxyWithItsUser() async throws {
        try await Self.with { company in
            let answer = try await company.get(company.proxied())
            #expect(answer == "\"reached\"")
            let log = try await company.get(company.trusting, path: "/log")
            #expect(log == "[\"localhost:\(company.server) anna\"]")
        }
    }

    @Test func whatNoProxyNamesIsReachedWithoutIt() async throws {
        try await Self.with { company in
            let environment = company.proxied().merging(["NO_PROXY": "localhost"]) { $1 }
            let answer = try await company.get(environment)
            #expect(answer == "\"reached\"")
            let log = try await company.get(company.trusting, path: "/log")
            #expect(log == "[]")
        }
    }

    @Test func aProxyThatRefusesIsToldAndNothingIsTakenForDone() async throws {
        try await Self.with { company in
            let fault = try #require(try await company.fault(company.proxied(user: "")))
            #expect(fault.kind == .notConnected)
            #expect(fault.reason.contains("the proxy wants a user and a password"))
        }
    }

    @Test func anAuthorityThatNobodyNamedIsNotTrusted() async throws {
        try await Self.with { company in
            let fault = try #require(try await company.fault([:]))
            #expect(fault.kind == .notConnected, "\(fault)")
        }
    }

    @Test func aFileWithoutCertificatesIsReported() throws {
        #expect {
            try HTTPTransport(TransportSettings(authorities: .init(path: "/nonexistent.pem", place: "AWS_CA_BUNDLE")))
        } throws: { error in
            (error as? CredentialFault)?.what.contains("AWS_CA_BUNDLE") == true
        }
    }
}
