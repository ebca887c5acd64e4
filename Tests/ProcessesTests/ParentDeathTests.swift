import Foundation
import Processes
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A supervisor that is killed and leaves a grandchild behind, whose parent was a shell.
private let supervisor = """
    import ctypes, os, signal, subprocess, sys, time
    def die_with_parent(): ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    child = subprocess.Popen(["sh", "-c", "sleep 600; true"], preexec_fn=die_with_parent, start_new_session=True)
    open(sys.argv[1], "w").write(str(child.pid))
    time.sleep(600)
    """

@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/stat")))
struct ParentDeathTests {
    @Test func childEndsWhenTheStartingProcessIsKilled() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "pid").path(percentEncoded: false)
            await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
                let child = try ChildProcess.spawn(
                    .init(executable: "/bin/sh", arguments: ["-c", "exec sleep 600"], environment: [:]))
                try Data("\(child.pid)".utf8).write(to: URL(filePath: file))
                kill(getpid(), SIGKILL)
            }
            let orphan = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8)))
            #expect(await eventually { ProcessTable.current()[orphan].map(\.isZombie) ?? true })
        }
    }

    @Test func grandchildLeftBehindIsFoundByItsMarkerAndEnded() async throws {
        try await withTemporaryFolder { folder in
            let script = folder.appending(path: "supervisor.py")
            try Data(supervisor.utf8).write(to: script)
            let file = folder.appending(path: "pid").path(percentEncoded: false)
            let environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                StrayProcesses.marker: folder.path(percentEncoded: false),
            ]
            let killed = try ChildProcess.spawn(
                .init(
                    executable: "/usr/bin/env", arguments: ["python3", script.path(percentEncoded: false), file],
                    environment: environment))
            #expect(await eventually { (try? Data(contentsOf: URL(filePath: file)))?.isEmpty == false })
            let shell = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8)))
            #expect(await eventually { ProcessTree.descendants(of: shell).count == 1 })
            let grandchild = try #require(ProcessTree.descendants(of: shell).first)
            let strays = StrayProcesses(stackFolder: folder.path(percentEncoded: false))
            // While the supervisor lives, everything is below this process and spared.
            #expect(strays.find() == [])
            killed.send(SIGKILL)
            _ = await killed.waitForExit()
            #expect(await eventually { strays.find() == [grandchild] })
            #expect(await strays.end() == [grandchild])
            #expect(strays.find() == [])
        }
    }

    @Test func otherStacksAreLeftAlone() async throws {
        let strays = StrayProcesses(stackFolder: "/nowhere/else")
        #expect(await strays.end() == [])
    }
}
