import Foundation
import PeerKit
import ProcessKit
import TestKit
import Testing

/// psql on this machine, a real PostgreSQL at the other end, and between them a stand-in for AWS's program for sessions, which
/// opens a port and carries bytes as that one does.
struct ConnectTests {
    private static let reachable = PeerManifest.plain.replacing(
        "    health: /health", with: "    health: /health\n    exec: true")

    /// A stack that is up, with a real server for its database that has the certificate of the writer's endpoint.
    private static func withDatabase(_ body: (Trial, Door) async throws -> Void) async throws {
        try await Trial.with(reachable) { trial in
            try await TrialPostgres.with(trial) { server in
                try await trial.terrace("up", "--yes")
                let addresses = try await trial.terrace("db", "endpoint").output.split(separator: "\n").compactMap {
                    $0.split(separator: " ").last.map { String($0.prefix { $0 != ":" }) }
                }
                try #require(addresses.count == 2)
                try server.certify(addresses[0])
                try await body(trial, try Door(trial, server, writer: addresses[0], reader: addresses[1]))
            }
        }
    }

    @Test func psqlReachesTheDatabaseThroughATaskAndThePasswordIsInNoCommandLine() async throws {
        try await Self.withDatabase { trial, door in
            let asked = "select current_user || ' ' || ssl::text from pg_stat_ssl where pid = pg_backend_pid()"
            let result = try await door.connect("--", "-XAt", "-c", asked)
            #expect(result.exitCode == 0, "\(result)\(trial.world.moto.complaints)")
            #expect(result.output == "guestbook true\n", "\(result)")
            #expect(result.errors.contains("through the task "), "\(result.errors)")
            #expect(result.errors.contains("whose certificate it is is not checked"), "\(result.errors)")
            let told = door.told
            #expect(told.prefix(4) == ["AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession", ""], "\(told)")
            let asks = told.count > 4 ? told[4] : ""
            #expect(asks.contains(#""DocumentName":"AWS-StartPortForwardingSessionToRemoteHost""#), "\(asks)")
            #expect(asks.contains(#""host":["\#(door.writer)"]"#), "\(asks)")
            #expect(asks.contains(#""portNumber":["5432"]"#), "\(asks)")
            #expect(asks.contains(/"Target":"ecs:guestbook_[0-9]+_[0-9]+-[0-9]+"/), "\(asks)")
            #expect(!told.joined().contains("token of") && door.answer.contains(#""tokenValue":"token of"#))
            // Nothing of it is left.
            #expect(door.farewell == "SIGINT")

            let read = try await door.connect("--reader", "--", "-XAt", "-c", "select 1")
            #expect(read.exitCode == 0 && read.output == "1\n", "\(read)")
            #expect((door.told.count > 4 ? door.told[4] : "").contains(#""host":["\#(door.reader)"]"#))
            let wrong = try await door.connect("--", "-XAt", "-c", "select nothing")
            #expect(wrong.exitCode == 1 && wrong.errors.contains(#"column "nothing" does not exist"#), "\(wrong)")
        }
    }

    @Test func theCertificateIsHeldAgainstTheDatabasesOwnName() async throws {
        try await Self.withDatabase { _, door in
            let good = try await door.connect(roots: door.server.authority, "--", "-XAt", "-c", "select 2")
            #expect(good.exitCode == 0 && good.output == "2\n", "\(good)")
            #expect(!good.errors.contains("not checked"), "\(good.errors)")
            // The certificate is the writer's.
            let other = try await door.connect(roots: door.server.authority, "--reader", "--", "-c", "select 2")
            #expect(other.exitCode == 2 && other.errors.contains("does not match host name"), "\(other)")
        }
    }

    @Test func whatStandsInTheWayIsSaid() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let closed = try await Door.bare(trial, plugin: "1.2.553.0").connect()
            #expect(closed.errors.contains("no way leads to the database of guestbook"), "\(closed.errors)")
            #expect(closed.errors.contains("`exec: true` in a service"), "\(closed.errors)")
            let none = try await Door.bare(trial, plugin: nil).connect()
            #expect(none.errors.contains("session-manager-plugin is not on PATH"), "\(none.errors)")
            try PeerManifest.write(Self.reachable, into: trial.folder)
            try await trial.terrace("up", "--yes")
            let mute = try await Door.bare(trial, plugin: "1.2.553.0").connect()
            #expect(
                mute.errors.contains("session-manager-plugin opened no port: Connection refused by nobody"),
                "\(mute.errors)")
            for result in [closed, none, mute] { #expect(result.exitCode == 1 && result.output.isEmpty, "\(result)") }
        }
    }
}

/// A folder in front of PATH with the program for sessions, and what that was told.
struct Door {
    let trial: Trial
    let server: TrialPostgres
    let writer: String
    let reader: String
    private let folder: URL

    init(_ trial: Trial, _ server: TrialPostgres, writer: String, reader: String) throws {
        (self.trial, self.server, self.writer, self.reader) = (trial, server, writer, reader)
        folder = try BareDoor.folder(trial)
        let script = """
            #!\(MotoServer.python)
            import os, signal, socket, sys, threading
            here = os.path.dirname(os.path.abspath(__file__))
            if sys.argv[1:] == ["--version"]: print("1.2.553.0"); sys.exit(0)
            open(here + "/told", "w").write("\\n".join(sys.argv[1:]))
            open(here + "/answer", "w").write(os.environ["AWS_SSM_START_SESSION_RESPONSE"])
            def leave(number, frame):
                open(here + "/farewell", "w").write(signal.Signals(number).name)
                os._exit(0)
            signal.signal(signal.SIGINT, leave)
            listener = socket.create_server((os.environ["SSM_PLUGIN_LOCAL_HOST"], 0))
            print(f"\\nStarting session with SessionId: ops-1\\nPort {listener.getsockname()[1]} opened for sessionId ops-1.\\n"
                  "Waiting for connections...", flush=True)
            def carry(source, sink):
                while data := source.recv(65536): sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            while True:
                client = listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", \(server.port)))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=carry, args=pair, daemon=True).start()
            """
        try BareDoor.write(script, in: folder)
    }

    static func bare(_ trial: Trial, plugin version: String?) throws -> BareDoor {
        let folder = try BareDoor.folder(trial)
        if let version {
            let script = """
                #!/bin/sh
                if [ "$1" = --version ]; then echo \(version); exit 0; fi
                echo "Connection refused by nobody" >&2; exit 1
                """
            try BareDoor.write(script, in: folder)
        }
        return BareDoor(trial: trial, folder: folder)
    }

    func connect(roots: String? = nil, _ words: String...) async throws -> ToolResult {
        try await BareDoor(trial: trial, folder: folder).connect(roots: roots, words)
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }

    var told: [String] { text("told").split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var answer: String { text("answer") }
    /// By which signal it was asked to end.
    var farewell: String { text("farewell") }
}

/// The same without a database behind it.
struct BareDoor {
    let trial: Trial
    let folder: URL

    static func folder(_ trial: Trial) throws -> URL {
        let folder = trial.folder.appending(path: "programs")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    static func write(_ script: String, in folder: URL) throws {
        let file = folder.appending(path: "session-manager-plugin")
        try Data(script.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path(percentEncoded: false))
    }

    func connect() async throws -> ToolResult { try await connect(roots: nil, []) }

    func connect(roots: String?, _ words: [String]) async throws -> ToolResult {
        var variables = trial.world.environment()
        variables["PATH"] = "\(folder.path(percentEncoded: false)):/usr/bin:/bin"
        variables["PGSSLROOTCERT"] = roots
        variables["PGUSER"] = "somebody-else"
        let end = words.firstIndex(of: "--") ?? words.endIndex
        let command = ["db", "connect"] + words[..<end] + ["--on", "aws", "--profile", ""] + words[end...]
        return try await runTool(
            PeerWorld.placed([BuiltPrograms.terrace] + command, trial.folder), environment: variables)
    }
}
