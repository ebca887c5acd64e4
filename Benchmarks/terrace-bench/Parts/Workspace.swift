import Foundation
import Machine

/// A folder of its own for one case; others may pass through it, because PostgreSQL may run as another user.
struct Workspace {
    let folder: String

    static func with<Value>(_ body: (Workspace) throws -> Value) throws -> Value {
        let folder = "/tmp/terrace-bench-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let remove: @Sendable () -> Void = { try? FileManager.default.removeItem(atPath: folder) }
        return try Farewell.after(remove) {
            try body(Workspace(folder: folder))
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    /// One file of several, such as a certificate and its key.
    func join(_ names: [String], as name: String) throws {
        let parts = try names.map { try String(contentsOfFile: path($0), encoding: .utf8) }
        try write(parts.joined(), to: name)
    }

    static func freePort() throws -> Int {
        guard let port = LoopbackPorts.bindable(0) else { throw BenchFailure("there is no free port") }
        return port
    }

    /// Where this program was built, and `terrace` and the example beside it.
    static func built(_ name: String) throws -> String {
        let own = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
        let path = own.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
        guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchFailure("\(path) is not built") }
        return path
    }
}
