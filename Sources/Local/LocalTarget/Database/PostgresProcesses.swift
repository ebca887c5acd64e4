import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The processes that work on one data folder. A server's children have sessions of their own and lose their parent
/// when it is killed, so neither group nor parent finds them; their working folder does, for PostgreSQL changes into
/// its data folder and stays there.
enum PostgresProcesses {
    /// Processes named `postgres` in this folder that are not dead yet. `data` has no symbolic links.
    static func running(in data: String) -> [pid_t] {
        #if os(Linux)
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return entries.compactMap(pid_t.init).filter { pid in
                guard let folder = link("/proc/\(pid)/cwd"), folder == data || folder == data + " (deleted)",
                    let program = link("/proc/\(pid)/exe")
                else { return false }
                let name = (program as NSString).lastPathComponent
                return name == "postgres" || name == "postgres (deleted)"
            }
        #else
            // The children end by themselves as soon as they notice; the server's own lock keeps a second one out.
            guard let text = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8),
                let first = text.split(separator: "\n").first, let pid = pid_t(first), kill(pid, 0) == 0
            else { return [] }
            var path = [CChar](repeating: 0, count: 4096)
            guard proc_pidpath(pid, &path, UInt32(path.count)) > 0 else { return [] }
            return String(cString: path).hasSuffix("/postgres") ? [pid] : []
        #endif
    }

    /// Kills them and returns when none is left. A process that hangs in the kernel runs no instruction of its own
    /// any more once SIGKILL is pending, but it may hold the folder: hence the limit and the answer.
    static func killAll(in data: String, within limit: Duration = .seconds(10)) -> Bool {
        let deadline = ContinuousClock.now + limit
        var pause: useconds_t = 500
        while true {
            let left = running(in: data)
            if left.isEmpty { return true }
            for pid in left { kill(pid, SIGKILL) }
            guard ContinuousClock.now < deadline else { return false }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }

    /// Waits for the servers that a killed supervisor left behind: they were told to shut down when it died. Then asks
    /// more firmly.
    static func endLeftovers(in data: String) -> Bool {
        if waitUntilNone(in: data, within: DatabaseLimit.leftoverPatience) { return true }
        for pid in running(in: data) { kill(pid, SIGQUIT) }
        if waitUntilNone(in: data, within: DatabaseLimit.leftoverQuit) { return true }
        return killAll(in: data)
    }

    /// A server that is dead and that nobody has waited for (in a container whose first process reaps nobody, for ever) has
    /// its number still, so PostgreSQL takes its locks, on the data and on its socket, for those of a living one. To be called
    /// when `running` finds none.
    static func removeLocksOfDead(in data: String, sockets: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sockets)) ?? []
        let locks = names.filter { $0.hasPrefix(".s.PGSQL.") && $0.hasSuffix(".lock") }.map { "\(sockets)/\($0)" }
        for lock in [data + "/postmaster.pid"] + locks {
            guard let text = try? String(contentsOfFile: lock, encoding: .utf8),
                let first = text.split(separator: "\n").first, let pid = pid_t(first), state(of: pid) == "Z"
            else { continue }
            unlink(lock)
        }
    }

    /// Whether a signal has stopped the process (SIGSTOP; a debugger does not count).
    static func isStopped(_ pid: pid_t) -> Bool { state(of: pid) == "T" }

    /// The letter of proc_pid_stat(5), field 3; nil where there is no such process or no `/proc`.
    private static func state(of pid: pid_t) -> Character? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].first { $0 != ")" && $0 != " " }
    }

    private static func waitUntilNone(in data: String, within limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        while !running(in: data).isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            usleep(5_000)
        }
        return true
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
