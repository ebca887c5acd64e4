import Foundation
import TestKit
import Testing

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

#if os(Linux)
    /// The lock of a server is taken from the dead only.
    @Suite struct PostgresProcessesTests {
        private static func lock(in folder: URL, pid: pid_t) throws -> String {
            let lock = folder.appending(path: "postmaster.pid")
            try Data("\(pid)\n\(folder.path(percentEncoded: false))\n".utf8).write(to: lock)
            return lock.path(percentEncoded: false)
        }

        @Test func lockOfAProcessThatIsDeadAndNotWaitedForIsRemoved() async throws {
            try await withTemporaryFolder { folder in
                var pid: pid_t = 0
                try #require(posix_spawn(&pid, "/bin/true", nil, nil, [nil], [nil]) == 0)
                let lock = try Self.lock(in: folder, pid: pid)
                var info = siginfo_t()
                // Returns when it is dead, and leaves it unreaped.
                try #require(waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0)
                PostgresProcesses.removeLockOfDead(in: folder.path(percentEncoded: false))
                #expect(access(lock, F_OK) != 0)
                waitpid(pid, nil, 0)
            }
        }

        @Test func lockOfALivingProcessStays() async throws {
            try await withTemporaryFolder { folder in
                let lock = try Self.lock(in: folder, pid: getpid())
                PostgresProcesses.removeLockOfDead(in: folder.path(percentEncoded: false))
                #expect(access(lock, F_OK) == 0)
            }
        }
    }
#endif
