import Foundation
import Processes
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let path = ["PATH": "/usr/bin:/bin"]

/// Runs a shell text to its end and returns what it wrote.
private func output(_ text: String, environment: [String: String] = path) async throws -> String {
    try await withTemporaryFolder { folder in
        let file = folder.appending(path: "out").path(percentEncoded: false)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let child = try ChildProcess.spawn(
            .init(
                executable: "/bin/sh", arguments: ["-c", text], environment: environment, standardOutput: descriptor))
        _ = await child.waitForExit()
        return try String(contentsOfFile: file, encoding: .utf8)
    }
}

private func shell(_ text: String, leftoverTimeout: Duration = .zero) throws -> ChildProcess {
    try ChildProcess.spawn(
        .init(
            executable: "/bin/sh", arguments: ["-c", text], environment: path, leftoverTimeout: leftoverTimeout))
}

private func runs(_ pid: pid_t) -> Bool { ProcessTable.current()[pid].map { !$0.isZombie } ?? false }

@Suite struct ChildProcessTests {
    @Test(arguments: [0, 1, 7, 127, 255]) func exitCodeArrives(code: Int) async throws {
        #expect(try await shell("exit \(code)").waitForExit() == .code(code))
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGINT, SIGABRT]) func endBySignalArrives(signal: CInt) async throws {
        let child = try shell("exec sleep 600")
        child.send(signal)
        #expect(await child.waitForExit() == .signal(Int(signal)))
    }

    @Test func missingExecutableIsReportedByTheCall() {
        let request = ChildProcess.Request(executable: "/nowhere/program", environment: [:])
        #expect {
            try ChildProcess.spawn(request)
        } throws: { error in
            (error as? SpawnError)?.isMissingExecutable == true
                && "\(error)" == "cannot start /nowhere/program: No such file or directory"
        }
    }

    @Test func missingDirectoryIsReportedByTheCall() {
        let request = ChildProcess.Request(executable: "/bin/sh", environment: [:], directory: "/nowhere")
        #expect {
            try ChildProcess.spawn(request)
        } throws: { "\($0)" == "cannot enter /nowhere: No such file or directory" }
    }

    @Test func fileThatIsNoProgramIsReportedByTheCall() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "data").path(percentEncoded: false)
            try Data("text".utf8).write(to: URL(filePath: file))
            #expect(throws: SpawnError.self) {
                try ChildProcess.spawn(.init(executable: file, environment: [:]))
            }
        }
    }

    @Test func environmentIsExactlyWhatWasGiven() async throws {
        let child = ["A": "1", "B": "two words", "C": "a=b"]
        let lines = try await output("exec /usr/bin/env", environment: child).split(separator: "\n")
        // Shells add their own PWD and the like.
        let foreign = lines.filter { !["PWD", "OLDPWD", "SHLVL", "_"].contains($0.prefix { $0 != "=" }) }
        #expect(foreign.sorted() == ["A=1", "B=two words", "C=a=b"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")))
    func noDescriptorIsInherited() async throws {
        // Without O_CLOEXEC, on purpose, low and high.
        let leaked = open("/dev/null", O_RDONLY)
        let high = fcntl(leaked, F_DUPFD, 200)
        defer {
            close(leaked)
            close(high)
        }
        // 3 is the folder that `ls` itself reads.
        #expect(try await output("exec ls /proc/self/fd") == "0\n1\n2\n3\n")
    }

    @Test func defaultSignalsAreRestored() async throws {
        signal(SIGPIPE, SIG_IGN)
        let child = try shell("kill -PIPE $$; exit 0")
        #expect(await child.waitForExit() == .signal(Int(SIGPIPE)))
    }

    @Test func stoppedChildHasNotEnded() async throws {
        let child = try shell("exec sleep 600")
        child.send(SIGSTOP)
        #expect(await eventually { ProcessTable.current()[child.pid] != nil })
        #expect(child.exit == nil)
        child.send(SIGCONT)
        child.send(SIGTERM)
        #expect(await child.waitForExit() == .signal(Int(SIGTERM)))
    }

    @Test func groupEndsWithTheChild() async throws {
        let child = try shell("sleep 600 & sleep 600 & wait")
        #expect(await eventually { ProcessTree.descendants(of: child.pid).count == 2 })
        let descendants = ProcessTree.descendants(of: child.pid)
        child.send(SIGKILL)
        _ = await child.waitForExit()
        #expect(await eventually { !descendants.contains(where: runs) })
    }

    @Test func aProgramInFrontOfAUserStaysInTheSessionAndReadsWhatIsTyped() async throws {
        let keyboard = Pipe()
        let child = try ChildProcess.spawn(
            .init(
                executable: "/bin/sh", arguments: ["-c", "read code; exit $code"], environment: path,
                standardInput: keyboard.fileHandleForReading.fileDescriptor, sharesTerminal: true))
        #expect(getsid(child.pid) == getsid(0) && getpgid(child.pid) == getpgid(0))
        // The group is this process's, too, and the signal is not for it.
        child.sendToGroup(SIGCONT)
        try keyboard.fileHandleForWriting.write(contentsOf: Data("17\n".utf8))
        #expect(await child.waitForExit() == .code(17))
    }

    @Test func leftoversMayFinishWhenTimeIsGiven() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "finished").path(percentEncoded: false)
            let server = "trap 'sleep 0.2; touch \(file); exit' TERM; while :; do sleep 0.05; done"
            let child = try shell("sh -c \"\(server)\"; true", leftoverTimeout: .seconds(20))
            #expect(await eventually { ProcessTree.descendants(of: child.pid).count >= 2 })
            child.sendToGroup(SIGTERM)
            _ = await child.waitForExit()
            #expect(FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func exitHeardAfterTheFactIsHeard() async throws {
        let child = try shell("exit 3")
        #expect(await eventually { child.exit != nil })
        #expect(await child.waitForExit() == .code(3))
        child.sendToGroup(SIGKILL)
    }

    @Test func hundredChildrenAtOnce() async throws {
        try await withThrowingTaskGroup(of: ChildProcess.Exit.self) { group in
            for number in 0..<100 { group.addTask { try await shell("exit \(number)").waitForExit() } }
            var codes: Set<Int> = []
            for try await exit in group { if case .code(let code) = exit { codes.insert(code) } }
            #expect(codes == Set(0..<100))
        }
    }
}
