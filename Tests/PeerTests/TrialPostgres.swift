import Foundation
import PeerKit
import ProcessKit
import TestKit

/// A real PostgreSQL behind a stack's cluster (`Tests/Peers/postgres.py`): the Data API's statements run in it, and whoever carries
/// bytes to its port is spoken with as RDS would. It ends with its standard input, so it cannot outlive whoever started it.
final class TrialPostgres: Sendable {
    let port: Int
    /// The file with the certificate of the authority that its own is of.
    let authority: String
    private let process: Process
    private let input: Pipe
    private let output: Pipe

    private init(folder: URL) throws {
        (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: MotoServer.python)
        process.arguments = [
            MotoServer.script("postgres.py"), folder.path(percentEncoded: false), "terrace_admin", "guestbook",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard let port = Int(Self.line(of: output)) else {
            process.terminate()
            throw PeerFailure("PostgreSQL did not start")
        }
        self.port = port
        authority = folder.appending(path: "ca.pem").path(percentEncoded: false)
    }

    /// - Parameter body: what happens meanwhile; the clusters of the trial's account are this server from the beginning.
    static func with(_ trial: Trial, _ body: (TrialPostgres) async throws -> Void) async throws {
        let folder = trial.folder.appending(path: "postgres")
        let server = try TrialPostgres(folder: folder)
        defer { server.stop() }
        try await trial.world.moto.serveDatabases(from: server.port, in: folder.path(percentEncoded: false))
        try await body(server)
    }

    /// From now on its certificate bears that name.
    func certify(_ host: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((host + "\n").utf8))
        guard Self.line(of: output) == host else { throw PeerFailure("PostgreSQL has no certificate of \(host)") }
    }

    /// As it was when it started.
    func empty() async throws {
        _ = try await ask(
            """
            alter database guestbook owner to terrace_admin; drop owned by guestbook, guestbook_alternate;
            drop role guestbook, guestbook_alternate
            """)
    }

    /// What it answers its superuser, in the application's database.
    func ask(_ text: String) async throws -> String {
        let folder = URL(filePath: authority).deletingLastPathComponent().path(percentEncoded: false)
        let words = ["-h", folder, "-p", "\(port)", "-U", "rdsadmin", "-d", "guestbook", "-c", text]
        let result = try await runTool(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"] + words)
        guard result.exitCode == 0 else { throw PeerFailure(result.errors) }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Without its end; it may come in pieces. Empty when the server has ended.
    private static func line(of pipe: Pipe) -> String {
        var text = ""
        while !text.hasSuffix("\n") {
            let piece = pipe.fileHandleForReading.availableData
            guard !piece.isEmpty else { return "" }
            text += String(decoding: piece, as: UTF8.self)
        }
        return String(text.dropLast())
    }

    private func stop() {
        try? input.fileHandleForWriting.close()
        process.waitForEnd()
    }
}
