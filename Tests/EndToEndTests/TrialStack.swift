import Foundation
import LocalTarget
import Processes
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stack in a folder of its own that the real `terrace` runs.
final class TrialStack: Sendable {
    let folder: URL
    let ports: StackPorts

    private init(folder: URL, ports: StackPorts) {
        self.folder = folder
        self.ports = ports
    }

    /// Nothing of it is left when `body` has ended, however it ended.
    static func with(
        _ manifest: StackManifest = StackManifest(), below parts: String = "", isStarted: Bool = true,
        _ body: (TrialStack) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { temporary in
            let folder = parts.isEmpty ? temporary : temporary.appending(path: parts, directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let stack = TrialStack(folder: folder, ports: manifest.ports)
            try stack.write(manifest)
            try FileManager.default.copyItem(at: TrialStack.assets, to: folder.appending(path: "static"))
            let result: Result<Void, any Error>
            do {
                if isStarted { try await stack.up() }
                result = .success(try await body(stack))
            } catch {
                result = .failure(error)
            }
            _ = try? await stack.terrace("destroy", "--yes")
            for pid in stack.processes { kill(pid, SIGKILL) }
            try result.get()
        }
    }

    private static let assets = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/guestbook/static").standardizedFileURL

    func write(_ manifest: StackManifest) throws {
        try Data(manifest.text.utf8).write(to: folder.appending(path: "terrace.yaml"))
    }

    func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }
    func url(_ path: String = "/") -> String { "https://localhost:\(ports.https)\(path)" }

    /// Runs in the stack's folder.
    func terrace(_ arguments: String..., input: String? = nil) async throws -> ToolResult {
        try await runTool(
            ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", path(""), BuiltPrograms.terrace] + arguments,
            input: input.map { Data($0.utf8) })
    }

    @discardableResult
    func up(sourceLocation: SourceLocation = #_sourceLocation) async throws -> ToolResult {
        let result = try await terrace("up", "--detach")
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)", sourceLocation: sourceLocation)
        return result
    }

    /// Changes the running stack.
    func change(to manifest: StackManifest) async throws -> ToolResult {
        try write(manifest)
        return try await terrace("up", "--yes")
    }

    func status() async throws -> StackStatus {
        let result = try await terrace("status", "--json")
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(StackStatus.self, from: Data(result.output.utf8))
    }

    /// Everything that carries the stack's marker, detached supervisors among them.
    var processes: [pid_t] { StrayProcesses(stackFolder: path(".terrace/")).find() + [supervisor].compactMap { $0 } }

    /// Of the process that holds the stack's lock now.
    var supervisor: pid_t? {
        SupervisorLock.holder(StackFolder(manifestFolder: folder, environment: nil)).map(\.pid)
    }

    /// The supervisor dies without a word.
    func killSupervisor() async throws {
        let pid = try #require(supervisor)
        kill(pid, SIGKILL)
        #expect(await eventually { self.supervisor == nil })
    }
}
