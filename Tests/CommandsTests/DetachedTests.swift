import Foundation
import LocalTarget
import Stacks
import TestKit
import Testing

@testable import Commands

/// `up --detach` against scripts in the supervisor's place.
@Suite struct DetachedTests {
    @Test func returnsWhenTheSupervisorSaysReady() async throws {
        let event = StackEvent(time: Samples.now, subject: "edge", message: "listens")
        let answers = [ControlAnswer.event(event), .status(Samples.ready)]
        let (code, terminal) = try await up(script: try answers.map(line).joined() + "exec sleep 0.01\n")
        #expect(code == 0)
        expectGolden(terminal.output, "up-detached")
    }

    @Test func reportOfTheSupervisorIsTheReason() async throws {
        let failure = Report("port 8443 is taken by nginx (pid 7)", next: "change local.https")
        let (code, terminal) = try await up(script: try line(.failed(failure)) + "exit 1\n")
        #expect(code == 1)
        #expect(terminal.errors == failure.description + "\n")
    }

    @Test func supervisorThatDiesLeavesItsLogInTheReport() async throws {
        let (code, terminal) = try await up(script: "echo 'Fatal error: index out of range' >&2\nexit 3\n")
        #expect(code == 1)
        #expect(terminal.errors.hasPrefix("the supervisor ended before shop was ready: exit code 3\n"))
        #expect(terminal.errors.contains("  log       Fatal error: index out of range\n"))
    }

    @Test func earlierLogIsKeptOnce() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "supervisor.log").path(percentEncoded: false)
            for round in ["first", "second", "third"] {
                let descriptor = try SupervisorLog.open(path)
                let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
                try handle.write(contentsOf: Data("\(round)\n".utf8))
                try handle.close()
            }
            #expect(SupervisorLog.tail(path) == "third")
            #expect(SupervisorLog.tail(path + ".1") == "second")
        }
    }

    private func up(script: String) async throws -> (Int32, TestTerminal) {
        try await withTemporaryFolder { folder in
            try writeManifest(folder)
            let program = folder.appending(path: "supervisor")
            try Data("#!/bin/sh\n\(script)".utf8).write(to: program)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program.path(percentEncoded: false))
            let terminal = TestTerminal()
            let code = await terminal.run(
                ["up", "--detach"], in: folder, environment: ["PATH": "/usr/bin:/bin"],
                executable: program.path(percentEncoded: false))
            return (code, terminal)
        }
    }

    private func line(_ answer: ControlAnswer) throws -> String {
        "cat <<'END'\n" + String(decoding: try JSONEncoder().encode(answer), as: UTF8.self) + "\nEND\n"
    }
}
