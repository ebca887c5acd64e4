import Foundation
import Processes
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stand-in for a supervisor that is killed: a small C-free program is not at hand in a test, but Python can ask for the
/// same parent-death signal and leave a grandchild behind.
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
        // The middle process is a child of ours, so its parent-death signal is the one under test: a thread that ends.
        let child = try ChildProcess.spawn(
            .init(executable: "/bin/sh", arguments: ["-c", "exec sleep 600"], environment: [:]))
        #expect(ProcessTable.current()[child.pid]?.parent == getpid())
        child.send(SIGKILL)
        #expect(await child.waitForExit() == .signal(Int(SIGKILL)))
    }

    @Test func grandchildLeftBehindIsFoundByItsMarkerAndEnded() async throws {
        try await withTemporaryFolder { folder in
            let script = folder.appending(path: "supervisor.py")
            try Data(supervisor.utf8).write(to: script)
            let file = folder.appending(path: "pid").path()
            let environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                StrayProcesses.marker: folder.path(),
            ]
            let killed = try ChildProcess.spawn(
                .init(
                    executable: "/usr/bin/env", arguments: ["python3", script.path(), file], environment: environment))
            #expect(await eventually { (try? Data(contentsOf: URL(filePath: file)))?.isEmpty == false })
            let shell = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8)))
            #expect(await eventually { ProcessTree.descendants(of: shell).count == 1 })
            let grandchild = try #require(ProcessTree.descendants(of: shell).first)
            let strays = StrayProcesses(stackFolder: folder.path())
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
