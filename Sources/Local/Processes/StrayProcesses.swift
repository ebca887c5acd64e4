package import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a killed supervisor left behind. A child dies with its parent by signal, but what a shell started in turn does
/// not; so everything carries `TERRACE_STACK=<folder>` in its environment, and the next `up` looks for it.
///
/// A process that overwrites its own environment, as PostgreSQL's backends do for their titles, may be missed: those end with
/// their postmaster. On macOS nothing is found, for there other processes' environments cannot be read.
package struct StrayProcesses: Sendable {
    /// The variable that marks every process of a stack; its value is the stack's folder, absolute.
    package static let marker = "TERRACE_STACK"

    /// Between SIGTERM and SIGKILL. Strays serve nobody: what they had to finish, the supervisor's end has cut already.
    package static let stopTimeout = Duration.seconds(2)

    private let wanted: [UInt8]

    package init(stackFolder: String) {
        wanted = Array("\(StrayProcesses.marker)=\(stackFolder)".utf8)
    }

    /// Every process with the marker, but never this one, nor those above it, nor those below it.
    package func find() -> [pid_t] { marked(ProcessTable.current()).map(\.pid) }

    /// Ends them all: SIGTERM, a wait, SIGKILL. Returns those that were found; they have ended when this returns, unless
    /// the kernel holds them in a call that cannot be interrupted.
    package func end(stopTimeout: Duration = StrayProcesses.stopTimeout) async -> [pid_t] {
        let found = marked(ProcessTable.current())
        guard !found.isEmpty else { return [] }
        for process in found { kill(process.pid, SIGTERM) }
        await waitForEnd(of: found, within: stopTimeout)
        // Looks again: those that ignored SIGTERM, and what they started meanwhile.
        let stubborn = marked(ProcessTable.current())
        for process in stubborn { kill(process.pid, SIGKILL) }
        await waitForEnd(of: stubborn, within: .seconds(1))
        return found.map(\.pid)
    }

    private func marked(_ table: ProcessTable) -> [ProcessTable.Entry] {
        let own = getpid()
        let spared = Set([own] + table.ancestors(of: own) + table.descendants(of: own))
        return table.pids.filter { !spared.contains($0) && carriesMarker($0) }.compactMap { table[$0] }
            .filter { !$0.isZombie }
    }

    private func carriesMarker(_ pid: pid_t) -> Bool {
        guard let environment = ProcFiles.read("/proc/\(pid)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }

    private func waitForEnd(of processes: [ProcessTable.Entry], within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let table = ProcessTable.current()
            let running = processes.contains { process in
                table[process.pid].map { !$0.isZombie && $0.startedAt == process.startedAt } ?? false
            }
            if !running { return }
            // Ended early by cancellation: then SIGKILL follows at once.
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }
}
