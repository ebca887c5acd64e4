package import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Questions about one process and what it started, answered by a fresh look.
package enum ProcessTree {
    /// Children, their children and so on; ended ones that nobody has reaped yet are left out.
    package static func descendants(of pid: pid_t) -> [pid_t] {
        let table = ProcessTable.current()
        return table.descendants(of: pid).filter { table[$0]?.isZombie == false }
    }

    package static func usage(of pid: pid_t) -> ProcessUsage { ProcessTable.current().usage(of: pid) }

    /// The TCP ports on which `pid` or anything below it listens, in order.
    package static func listeningPorts(of pid: pid_t) -> [Int] {
        let wanted = Set(([pid] + descendants(of: pid)).flatMap(ListeningSockets.sockets))
        return Set(ListeningSockets.all().filter { wanted.contains($0.inode) }.map(\.port)).sorted()
    }

    /// `nginx (pid 812)` for the process that listens on a TCP port, as far as this user may see it.
    package static func holder(ofPort port: Int) -> String? {
        let inodes = Set(ListeningSockets.all().filter { $0.port == port }.map(\.inode))
        guard !inodes.isEmpty else { return nil }
        let pid = ProcessTable.current().pids.first { !inodes.isDisjoint(with: ListeningSockets.sockets(of: $0)) }
        return pid.map { "\(name(of: $0)) (pid \($0))" } ?? "a process of another user"
    }

    /// The program's short name as the kernel keeps it; empty when the process is gone.
    package static func name(of pid: pid_t) -> String {
        let bytes = ProcFiles.read("/proc/\(pid)/comm") ?? []
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
}
