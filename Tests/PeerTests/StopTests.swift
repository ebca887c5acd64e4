import Foundation
import PeerKit
import TestKit
import Testing

/// Ctrl-C while an account is changed.
struct StopTests {
    @Test func theFirstCtrlCLetsCallsFinishAndSaysWhatIsLeft() async throws {
        // A sixtieth of real life: the database takes seconds, so that something is under way.
        try await Trial.with(PeerManifest.plain, speed: 60) { trial in
            let stopped = try await trial.interrupted(after: 60, "up", "--yes")
            #expect(stopped.exitCode == 130, "\(stopped.output)\(stopped.errors)")
            #expect(stopped.errors.contains("stopping: calls in flight are let finish"))
            #expect(stopped.output.contains("left undone: "))
            #expect(stopped.output.contains("run the same command again: it continues"))
            let status = try await trial.terrace("status")
            #expect(!status.output.contains("guestbook  ready"))
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
        }
    }

    @Test func withoutWaitingUpReturnsWhenEverythingExists() async throws {
        try await Trial.with(PeerManifest.plain, speed: 60) { trial in
            let done = try await trial.terrace("up", "--yes", "--no-wait")
            #expect(done.output.contains("not waited for"))
            // What is still on its way is no change, and a second run waits for it.
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("status").output.contains("guestbook  ready"))
        }
    }
}

extension Trial {
    /// Runs a verb and sends it SIGINT after so many calls have changed the account.
    func interrupted(after calls: Int, _ arguments: String...) async throws -> ToolResult {
        try await interrupted(arguments) { number, _ in number == calls }
    }

    /// Runs a verb and sends it SIGINT after each call that changes the account of which `isMoment` says so.
    func interrupted(
        _ arguments: [String], at isMoment: @escaping @Sendable (Int, PeerCall) -> Bool
    ) async throws -> ToolResult {
        let files = ["output", "errors"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: BuiltPrograms.terrace)
        process.arguments = arguments + ["--on", "aws"]
        process.currentDirectoryURL = folder
        process.environment = world.environment()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        let victim = process
        world.proxy.restart { number, call in
            if isMoment(number, call) { victim.interrupt() }
        }
        _ = await eventually(within: .seconds(120)) { !victim.isRunning }
        world.proxy.restart()
        return ToolResult(
            exitCode: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8))
    }
}
