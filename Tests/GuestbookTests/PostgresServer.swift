import Foundation
import ProcessKit
import Testing

/// A real PostgreSQL in a folder, reached through a Unix socket in that folder: no port that another test could take.
final class PostgresServer {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let folder: URL
    private var process: Process?

    private init(folder: URL) { self.folder = folder }

    /// A new, empty writer.
    static func writer(in folder: URL) async throws -> PostgresServer {
        let server = PostgresServer(folder: folder)
        try prepare(folder)
        try run("initdb", ["-D", server.data, "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"])
        try await server.start()
        try server.sql("CREATE ROLE app LOGIN; ", database: "postgres")
        try server.sql("CREATE DATABASE guestbook OWNER app", database: "postgres")
        return server
    }

    /// A streaming copy of `writer`.
    static func reader(of writer: PostgresServer, in folder: URL) async throws -> PostgresServer {
        let server = PostgresServer(folder: folder)
        try prepare(folder)
        try run(
            "pg_basebackup",
            [
                "-h", writer.folder.path(percentEncoded: false), "-U", "owner", "-D", server.data, "-R", "-c", "fast",
                "--no-sync",
            ])
        try await server.start()
        return server
    }

    var url: String { "postgresql://app@/guestbook?host=\(folder.path(percentEncoded: false))" }

    func start() async throws {
        let process = Self.process(
            "postgres", ["-D", data, "-c", "listen_addresses=", "-k", folder.path(percentEncoded: false), "-F"])
        try process.run()
        self.process = process
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? sql("SELECT 1", database: "postgres")) == nil {
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw Failure(
                    description: "postgres in \(folder.path(percentEncoded: false)) does not accept connections")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Ends it at once, as a crash would for its clients; returns when it is gone.
    func stop() {
        guard let process else { return }
        // SIGQUIT is PostgreSQL's immediate shutdown: sessions are cut, nothing is written.
        if process.isRunning { kill(process.processIdentifier, SIGQUIT) }
        process.waitForEnd()
        self.process = nil
    }

    deinit { stop() }

    @discardableResult
    func sql(_ statement: String, database: String = "guestbook") throws -> String {
        try Self.run(
            "psql", ["-XqAt", "-h", folder.path(percentEncoded: false), "-U", "owner", "-d", database, "-c", statement])
    }

    private var data: String { folder.appending(path: "data").path(percentEncoded: false) }

    /// Owned by whoever PostgreSQL runs as.
    private static func prepare(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard geteuid() == 0 else { return }
        guard let user = getpwnam("postgres") else { throw Failure(description: "there is no user \"postgres\"") }
        chown(folder.path(percentEncoded: false), user.pointee.pw_uid, user.pointee.pw_gid)
    }

    @discardableResult
    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = process(program, arguments)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// PostgreSQL refuses to run as root, so root becomes the user that its package made.
    private static func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let identity = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        process.arguments = identity + [binaries + "/" + program] + arguments
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    private static let binaries: String = {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pg_config", "--bindir"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return "/usr/bin" }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }()
}
