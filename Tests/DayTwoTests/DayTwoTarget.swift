import Foundation
import LocalTarget
import PeerKit
import Processes
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stack that is operated by verbs, wherever it runs.
protocol DayTwoTarget: Sendable {
    /// The manifest's folder.
    var folder: URL { get }
    /// Said after every verb.
    var options: [String] { get }
    /// Of the verbs; nil: this process's own.
    var environment: [String: String]? { get }
    /// How it is told that a canary was judged and found bad: who judges differs, and so do the words.
    var verdict: String { get }

    /// The levels of the versions that get requests now.
    func served() async throws -> Set<String>
    /// Per cent of the requests that the version of this deployment got first; nil when it got none before all.
    func firstShare(_ deployment: ToolResult) async throws -> Int?
    /// Runs `body` while there are visitors.
    func whileVisited<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value
}

/// The two that there are.
enum Target: String, CaseIterable, Sendable {
    case local, aws

    /// A stack that is up. Nothing of it is left when `body` has ended, however it ended.
    func withStack(
        _ manifest: DayTwoManifest = DayTwoManifest(), _ body: (any DayTwoTarget) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            switch self {
            case .local: try await LocalStack.with(folder, manifest, body)
            case .aws: try await CloudStack.with(folder, manifest, body)
            }
        }
    }
}

extension DayTwoTarget {
    func write(_ manifest: DayTwoManifest) throws {
        try Data(DayTwoManifest.site.utf8).write(to: folder.appending(path: DayTwoManifest.siteName))
        try Data((manifest.text + "\n").utf8).write(to: folder.appending(path: "terrace.yaml"))
    }

    func up() async throws {
        let result = try await terrace("up", "--yes")
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    }

    /// A verb in the manifest's folder, to its end. What follows `--` stays behind the target's own options.
    func terrace(_ words: String...) async throws -> ToolResult { try await terrace(words) }

    func terrace(_ words: [String]) async throws -> ToolResult {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        let command = [BuiltPrograms.terrace] + words[..<end] + options + words[end...]
        return try await runTool(
            ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path(percentEncoded: false)] + command,
            environment: environment)
    }

    /// What a verb prints with `--json`.
    func json<Value: Decodable>(_ words: String..., as type: Value.Type = Value.self) async throws -> Value {
        let result = try await terrace(words + ["--json"])
        #expect(result.exitCode == 0, "\(result.errors)")
        return try JSONDecoder().decode(type, from: Data(result.output.utf8))
    }
}

// MARK: - This machine

private struct LocalStack: DayTwoTarget {
    let folder: URL
    /// Of the edge.
    let port: Int
    let options: [String] = []
    let environment: [String: String]? = nil
    let verdict = "as a canary 5 of its "

    static func with(
        _ folder: URL, _ manifest: DayTwoManifest, _ body: (any DayTwoTarget) async throws -> Void
    ) async throws {
        let stack = LocalStack(folder: folder, port: manifest.ports.https)
        try stack.write(manifest)
        let result: Result<Void, any Error>
        do {
            let start = try await stack.terrace("up", "--detach")
            #expect(start.exitCode == 0, "\(start.output)\(start.errors)")
            result = .success(try await body(stack))
        } catch {
            result = .failure(error)
        }
        _ = try? await stack.terrace("destroy", "--yes")
        let left = StrayProcesses(stackFolder: folder.appending(path: ".terrace/").path(percentEncoded: false)).find()
        let supervisor = SupervisorLock.holder(StackFolder(manifestFolder: folder, environment: nil)).map(\.pid)
        for pid in left + [supervisor].compactMap({ $0 }) { kill(pid, SIGKILL) }
        try result.get()
    }

    /// A number in brackets stands for each of its numbers.
    private func visit(_ page: String) async throws -> String {
        let authority = folder.appending(path: ".terrace/ca.pem").path(percentEncoded: false)
        return try await runTool(
            ["curl", "--silent", "--max-time", "60", "--cacert", authority, "https://localhost:\(port)\(page)"]
        ).output
    }

    func served() async throws -> Set<String> {
        Set(try await visit("/?visit=[1-20]").split(separator: "\n").map(String.init))
    }

    func firstShare(_ deployment: ToolResult) async throws -> Int? {
        deployment.output.firstMatch(of: /gets (\d+) per cent of the requests/).flatMap { Int($0.output.1) }
    }

    func whileVisited<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let visitors = Task { while !Task.isCancelled { _ = try await visit("/page?visit=[1-20]") } }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        visitors.cancel()
        _ = await visitors.result
        return try result.get()
    }
}

// MARK: - An account

private struct CloudStack: DayTwoTarget {
    let folder: URL
    let options = ["--on", "aws"]
    let variables: [String: String]
    var environment: [String: String]? { variables }
    let verdict = "trial-web-errors went off while the new version took over"

    static func with(
        _ folder: URL, _ manifest: DayTwoManifest, _ body: (any DayTwoTarget) async throws -> Void
    ) async throws {
        let account = try MotoServer()
        defer { account.stop() }
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") }
        variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(account.port)"
        variables["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE"
        variables["AWS_SECRET_ACCESS_KEY"] = "example"
        variables["AWS_REGION"] = "us-east-1"
        variables["AWS_EC2_METADATA_DISABLED"] = "true"
        let stack = CloudStack(folder: folder, variables: variables)
        try stack.write(manifest)
        try await stack.up()
        try await body(stack)
    }

    private func told(by script: String) async throws -> [String] {
        let result = try await PeerNursery.run([script], environment: variables)
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
    }

    func served() async throws -> Set<String> { Set(try await told(by: "served.py")) }

    /// ECS tells of each shift; the last one, to all requests, is not the first.
    func firstShare(_ deployment: ToolResult) async throws -> Int? {
        let shifts = try await told(by: "shifts.py").filter { !$0.hasPrefix("rule ") }
        return shifts.dropLast().last?.split(separator: " ").first.flatMap { Int($0) }
    }

    /// Its server of the tests makes up what visitors met.
    func whileVisited<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value { try await body() }
}
