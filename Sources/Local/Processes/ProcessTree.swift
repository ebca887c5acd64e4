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
}
