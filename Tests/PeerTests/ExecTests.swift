import Foundation
import PeerKit
import TestKit
import Testing

/// A command inside a running task, with the program that AWS gives for sessions played by a script that writes down what it
/// was told.
struct ExecTests {
    private static let reachable = PeerManifest.plain.replacing(
        "    health: /health", with: "    health: /health\n    exec: true")

    /// Runs `exec` with a folder in front of PATH; the folder has the plugin when it has a version.
    private static func exec(
        _ trial: Trial, plugin version: String?, _ words: String...
    ) async throws -> (result: ToolResult, told: String) {
        let folder = trial.folder.appending(path: "programs")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let version { try write(version, in: folder) }
        var variables = trial.world.environment()
        variables["PATH"] = "\(folder.path(percentEncoded: false)):/usr/bin:/bin"
        let result = try await runTool(
            PeerWorld.placed([BuiltPrograms.terrace, "exec"] + words, trial.folder), environment: variables)
        let told = try? String(contentsOf: folder.appending(path: "told"), encoding: .utf8)
        return (result, told ?? "")
    }

    private static func write(_ version: String, in folder: URL) throws {
        let script = """
            #!/bin/sh
            if [ "$1" = --version ]; then echo \(version); exit 0; fi
            printf '%s\n' "$@" > "$(dirname "$0")/told"
            printf '%s\n' "$AWS_SSM_START_SESSION_RESPONSE" >> "$(dirname "$0")/told"
            echo "it is inside"
            exit 7
            """
        let file = folder.appending(path: "session-manager-plugin")
        try Data(script.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path(percentEncoded: false))
    }

    @Test func theSessionIsHandedToAWSsProgramAndItsTokenToNobodyElse() async throws {
        try await Trial.with(Self.reachable) { trial in
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            let (result, told) = try await Self.exec(
                trial, plugin: "1.2.553.0", "web", "--on", "aws", "--profile", "", "--", "sh", "-c", "echo it's")
            #expect(
                result.exitCode == 7 && result.output == "it is inside\n", "\(result)\(trial.world.moto.complaints)")
            #expect(result.errors.hasPrefix("in the task "), "\(result.errors)")
            let lines = told.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.prefix(4) == ["AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession", ""], "\(told)")
            #expect(lines[4].contains(/^\{"Target":"ecs:guestbook_[0-9]+_[0-9]+-9876543210"\}$/), "\(told)")
            #expect(lines[5] == "http://127.0.0.1:\(trial.world.port)")
            #expect(lines[6].contains(#""tokenValue":"token of sh -c 'echo it'\\''s'""#), "\(told)")
            #expect(lines[6].contains(#""streamUrl":"wss://"#))
        }
    }

    @Test func whatStandsInTheWayIsSaid() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let none = try await Self.exec(trial, plugin: nil, "web", "--on", "aws", "--", "sh").result
            #expect(none.errors.contains("session-manager-plugin is not on PATH"), "\(none.errors)")
            let old = try await Self.exec(trial, plugin: "1.2.463.0", "web", "--on", "aws", "--", "sh").result
            #expect(old.errors.contains("1.2.497.0 or newer"), "\(old.errors)")
            let off = try await Self.exec(trial, plugin: "1.2.553.0", "web", "--on", "aws", "--", "sh").result
            #expect(off.errors.contains("nobody may run commands in tasks of web: ECS Exec is off"), "\(off.errors)")
            #expect(off.errors.contains("write `exec: true` into the service"), "\(off.errors)")
            // The manifest says so, and nobody has carried it out.
            try PeerManifest.write(Self.reachable, into: trial.folder)
            let early = try await Self.exec(trial, plugin: "1.2.553.0", "web", "--on", "aws", "--", "sh").result
            #expect(early.errors.contains("`terrace up --on aws`, which starts its tasks anew"), "\(early.errors)")
            try await trial.terrace("up", "--yes")
            let unknown = try await Self.exec(
                trial, plugin: "1.2.553.0", "web", "--on", "aws", "--task", "4711", "--", "sh"
            ).result
            #expect(unknown.errors.contains("no task 4711 of web is running"), "\(unknown.errors)")
            for result in [none, old, off, early, unknown] { #expect(result.exitCode == 1) }
            // And off again.
            try PeerManifest.write(PeerManifest.plain, into: trial.folder)
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
        }
    }
}
