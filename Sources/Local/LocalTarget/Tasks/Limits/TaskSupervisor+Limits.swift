import Foundation
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether this machine lets tasks be limited; looked at when the first limits are asked for.
enum TaskLimiting {
    case unknown
    case by(TaskCgroups)
    case impossible
}

// Limits: what cannot be enforced is said once, and never keeps a task from running.
extension TaskSupervisor {
    /// What of a service's limits is enforced here.
    func enforced(_ limits: TaskLimits, of name: String) -> TaskLimits {
        guard !limits.isEmpty else { return limits }
        if case .unknown = limiting { findOutLimiting(asked: name) }
        guard case .by(let cgroups) = limiting else { return TaskLimits() }
        let within = limits.within(cgroups.controllers)
        let missing = limits.names.filter { !within.names.contains($0) }
        if !missing.isEmpty {
            noteLimits("\(missing.joined(separator: " and ")) of \(name)", "that controller is not to be had here")
        }
        return within
    }

    private func findOutLimiting(asked name: String) {
        do {
            limiting = .by(
                try TaskCgroups.open(
                    record: cgroupRecord, stackFolder: settings.stackFolder.path(percentEncoded: false),
                    CgroupChoice(settings.cgroups(), own: [getpid(), getppid()])))
        } catch {
            limiting = .impossible
            noteLimits("cpu and memory", error.reason, next: error.next)
        }
    }

    /// For a task that is about to start; nil without limits.
    func cgroup(for task: String, _ version: ServiceVersion) -> TaskCgroup? {
        guard !version.limits.isEmpty, case .by(let cgroups) = limiting else { return nil }
        do {
            return try cgroups.begin(task, version.limits)
        } catch {
            noteLimits("cpu and memory of \(task)", "\(error)")
            return nil
        }
    }

    /// Starts a child in its cgroup; without one where the kernel refuses that, and then says so.
    func spawn(
        _ request: ChildProcess.Request, task: String, _ cgroup: inout TaskCgroup?
    ) throws(SpawnError) -> ChildProcess {
        var request = request
        request.cgroup = cgroup?.cgroup.folder
        do {
            return try ChildProcess.spawn(request)
        } catch {
            if let cgroup { _ = cgroup.cgroup.remove() }
            cgroup = nil
            guard error.isRefusedCgroup else { throw error }
            noteLimits("cpu and memory of \(task)", "\(error)")
            request.cgroup = nil
            return try ChildProcess.spawn(request)
        }
    }

    private func noteLimits(_ what: String, _ reason: String, next: String? = nil) {
        let hint = next.map { "; \($0)" } ?? ""
        let note = "limits are not enforced on this machine (\(what)): \(reason)\(hint)"
        guard limitNote != note else { return }
        limitNote = note
        report("tasks", note)
    }

    /// Ends what an earlier supervisor's tasks left in their cgroups.
    package func removeOldCgroups() async {
        await TaskCgroups.removeRecorded(
            cgroupRecord, stackFolder: settings.stackFolder.path(percentEncoded: false))
    }

    /// When all tasks have ended.
    func closeCgroups() async {
        guard case .by(let cgroups) = limiting else { return }
        guard await TaskCgroups.remove(cgroups.stack) else {
            return report(
                "tasks", "the cgroup \(cgroups.stack.folder) could not be removed: the next start tries again")
        }
        unlink(cgroupRecord)
        do {
            try cgroups.giveBack()
        } catch {
            report("tasks", "this process stays in a cgroup of its own: \(error)")
        }
    }

    private var cgroupRecord: String { settings.stackFolder.appending(path: "cgroup").path(percentEncoded: false) }
}

extension RunningTask {
    /// The limit for which the kernel killed processes of it; nil when it killed none.
    var exceeded: ByteCount? { cgroup.flatMap { $0.memoryKills > 0 ? $0.limits.memory : nil } }

    /// What is left of it ends, and its cgroup goes.
    func removeCgroup() async {
        if let cgroup { await TaskCgroups.remove(cgroup.cgroup) }
    }
}
