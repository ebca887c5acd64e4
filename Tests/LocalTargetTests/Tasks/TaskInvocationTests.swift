import Foundation
import Stacks
import TestKit
import Testing

@testable import LocalTarget

@Suite struct TaskInvocationTests {
    private func invoke(_ command: Command, in folder: URL) throws(TaskFailure) -> Invocation {
        try Invocation(command, folder: folder, environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func programWithoutSlashIsSoughtOnPath() throws {
        let invocation = try invoke(.words(["sh", "-c", "true"]), in: URL(filePath: "/tmp"))
        #expect(invocation.executable.hasSuffix("/sh"))
        #expect(invocation.arguments == ["-c", "true"])
    }

    @Test func programWithSlashIsSoughtInTheManifestsFolder() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "serve")
            try Data("#!/bin/sh\n".utf8).write(to: file)
            #expect(throws: TaskFailure.self) { try invoke(.words(["./serve"]), in: folder) }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: file.path(percentEncoded: false))
            let invocation = try invoke(.words(["./serve"]), in: folder)
            #expect(FileManager.default.isExecutableFile(atPath: invocation.executable))
        }
    }

    @Test(arguments: [.words(["./guestbook"]), .shell("./guestbook --serve")] as [Command])
    func missingProgramSaysWhatToDo(command: Command) {
        #expect {
            try invoke(command, in: URL(filePath: "/tmp"))
        } throws: { error in
            let failure = error as? TaskFailure
            return failure?.message == "cannot start ./guestbook: No such file or directory"
                && failure?.next?.hasPrefix("build it") == true
        }
    }

    @Test(arguments: [
        ("sh", true), ("sh serve.sh --port $PORT", true), ("/usr/bin/env FOO=1 sh", true), ("sh -c 'a b'", true),
        ("sh && sh", false), ("sh; sh", false), ("sh | sh", false), ("FOO=1 sh", false), ("cd /tmp", false),
        ("exec sh", false), ("(sh)", false), ("sh `x`", false), ("sh $(x)", false), ("sh\nsh", false), ("", false),
        ("sh > log", false), ("\"sh\"", false), ("while sh", false), ("! sh", false),
    ])
    func onlySimpleCommandsGetExec(text: String, simple: Bool) throws {
        #expect(ShellText.isSimple(text) == simple)
        let invocation = try invoke(.shell(text), in: URL(filePath: "/tmp"))
        #expect(invocation.arguments == ["-c", simple ? "exec \(text)" : text])
    }

    @Test func environmentHoldsTheContractAndNothingElse() {
        let environment = TaskEnvironment(
            caller: ["PATH": "/bin", "HOME": "/root", "AWS_SECRET_ACCESS_KEY": "x", "PORT": "1"],
            service: ["LOG_LEVEL": "info", "HOME": "/srv", "TERRACE_TASK": "forged"], database: ["PGHOST": "127.0.0.1"],
            secrets: ["PGPASSWORD": Secret("p")], stackFolder: "/s", serviceName: "web")
        let wanted = [
            "PATH": "/bin", "HOME": "/srv", "LOG_LEVEL": "info", "PGHOST": "127.0.0.1", "PGPASSWORD": "p",
            "PORT": "20001", "HOST": "127.0.0.1", "TERRACE_STACK": "/s", "TERRACE_SERVICE": "web",
            "TERRACE_TASK": "web.1", "TERRACE_ZONE": "a",
        ]
        #expect(environment.values(task: "web.1", zone: "a", port: 20_001) == wanted)
        #expect(!"\(environment)".contains("\"p\""))
    }

    @Test func portsAreFreeAndDifferent() throws {
        var ports = FreePorts()
        let drawn = try (0..<50).map { _ in try ports.take() }
        #expect(Set(drawn).count == 50)
        #expect(drawn.allSatisfy(FreePorts.range.contains))
    }
}
