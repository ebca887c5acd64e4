package import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The processes of this machine at one moment, as far as `/proc` shows them. A value: take one, ask it often.
package struct ProcessTable: Sendable {
    package struct Entry: Sendable, Equatable {
        package var pid: pid_t
        package var parent: pid_t
        package var group: pid_t
        package var isZombie: Bool
        /// Clock ticks between boot and the start: with the pid it names a process beyond the reuse of pids.
        package var startedAt: UInt64
        /// User and system time so far.
        package var cpuTicks: UInt64
        package var residentPages: Int
    }

    private let entries: [pid_t: Entry]
    private let children: [pid_t: [pid_t]]

    package init(_ entries: [Entry]) {
        self.entries = Dictionary(entries.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
        children = Dictionary(grouping: entries, by: \.parent).mapValues { $0.map(\.pid).sorted() }
    }

    package subscript(pid: pid_t) -> Entry? { entries[pid] }
    package var pids: [pid_t] { entries.keys.sorted() }

    /// Children, their children and so on, parents first; without `pid` itself. A process whose parent has ended
    /// belongs to init and is not found this way: that is what the marker of `StrayProcesses` is for.
    package func descendants(of pid: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        var seen: Set<pid_t> = [pid]
        var open = [pid]
        while let parent = open.popLast() {
            for child in children[parent] ?? [] where seen.insert(child).inserted {
                found.append(child)
                open.append(child)
            }
        }
        return found
    }

    /// Parent, its parent and so on up to init.
    package func ancestors(of pid: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        var current = pid
        while let parent = entries[current]?.parent, parent > 0, !found.contains(parent) {
            found.append(parent)
            current = parent
        }
        return found
    }

    package func hasRunningMembers(ofGroup group: pid_t) -> Bool {
        entries.values.contains { $0.group == group && !$0.isZombie }
    }

    /// What `pid` and everything below it use.
    package func usage(of pid: pid_t) -> ProcessUsage {
        let all = ([pid] + descendants(of: pid)).compactMap { entries[$0] }
        let ticks = all.reduce(0) { $0 + $1.cpuTicks }
        let pages = all.reduce(0) { $0 + $1.residentPages }
        return ProcessUsage(
            processorTime: .milliseconds(Int(ticks) * 1000 / max(1, sysconf(CInt(_SC_CLK_TCK)))),
            residentBytes: pages * sysconf(CInt(_SC_PAGESIZE)))
    }
}

/// What a process and everything below it use.
package struct ProcessUsage: Sendable, Equatable {
    /// User and system time since the start of each process; what ended before the look is not in it.
    package var processorTime: Duration
    /// Pages shared by several processes count once for each.
    package var residentBytes: Int
}
