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
        /// Both are of the form of postmaster.pid.
        private static let locks = ["postmaster.pid", ".s.PGSQL.5432.lock"]

        private static func lock(_ name: String, in folder: URL, pid: pid_t) throws -> String {
            let lock = folder.appending(path: name)
            try Data("\(pid)\n\(folder.path(percentEncoded: false))\n".utf8).write(to: lock)
            return lock.path(percentEncoded: false)
        }

        private static func removeLocks(in folder: URL) {
            let path = folder.path(percentEncoded: false)
            PostgresProcesses.removeLocksOfDead(in: path, sockets: path)
        }

        @Test(arguments: locks) func lockOfAProcessThatIsDeadAndNotWaitedForIsRemoved(name: String) async throws {
            try await withTemporaryFolder { folder in
                var pid: pid_t = 0
                try #require(posix_spawn(&pid, "/bin/true", nil, nil, [nil], [nil]) == 0)
                let lock = try Self.lock(name, in: folder, pid: pid)
                var info = siginfo_t()
                // Returns when it is dead, and leaves it unreaped.
                try #require(waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0)
                Self.removeLocks(in: folder)
                #expect(access(lock, F_OK) != 0)
                waitpid(pid, nil, 0)
            }
        }

        @Test(arguments: locks) func lockOfALivingProcessStays(name: String) async throws {
            try await withTemporaryFolder { folder in
                let lock = try Self.lock(name, in: folder, pid: getpid())
                Self.removeLocks(in: folder)
                #expect(access(lock, F_OK) == 0)
            }
        }
    }
#endif
