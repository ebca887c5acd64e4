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

    /// Of tasks that go on although the kernel has killed processes of theirs: says so of each kill once.
    package func noteMemoryKills() {
        for (name, entry) in supervised {
            for (number, running) in entry.running {
                guard let overrun = running.overrun, overrun.kills > running.toldKills else { continue }
                supervised[name]?.running[number]?.toldKills = overrun.kills
                report("\(name).\(number)", "goes on, but \(Diagnosis.text(overrun))")
            }
        }
    }

    func noteEnd(_ name: String, _ task: String, _ exit: ChildProcess.Exit, exceeded: ByteCount?) {
        guard let exceeded else { return }
        let count = (supervised[name]?.overrun?.count ?? 0) + 1
        supervised[name]?.overrun = EndedForMemory(
            count: count, text: "\(task) \(Diagnosis.text(exit, exceeded: exceeded))", at: .now)
    }

    /// What a person should know of tasks that ended for their memory, by service.
    package func memoryNotes() -> [String] {
        order.compactMap { name in
            guard let overrun = supervised[name]?.overrun, .now - overrun.at < EndedForMemory.newsworthy else {
                return nil
            }
            let more = overrun.count > 1 ? ", as \(overrun.count - 1) before it" : ""
            return "\(overrun.text)\(more), within the last hour; `memory:` of \(name) sets how much a task may use"
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

/// A task that ended because the kernel killed it or a process of it for its memory.
struct EndedForMemory {
    /// For so long it is worth a line of `status`: its successor serves by then, and shows nothing of it.
    static let newsworthy = Duration.seconds(3600)

    /// How many tasks of the service have ended so.
    var count: Int
    /// `web.1 was killed for using more than its 512 MiB`
    var text: String
    var at: ContinuousClock.Instant
}

/// What the kernel has done to a task's processes for its memory.
struct MemoryOverrun: Equatable {
    var kills: Int
    var limit: ByteCount
}

extension RunningTask {
    /// How many of its processes the kernel has killed for which limit; nil when none.
    var overrun: MemoryOverrun? {
        guard let cgroup, let limit = cgroup.limits.memory, case let kills = cgroup.memoryKills, kills > 0 else {
            return nil
        }
        return MemoryOverrun(kills: kills, limit: limit)
    }

    /// The limit for which the kernel killed processes of it; nil when it killed none.
    var exceeded: ByteCount? { overrun?.limit }

    /// What is left of it ends, and its cgroup goes.
    func removeCgroup() async {
        if let cgroup { await TaskCgroups.remove(cgroup.cgroup) }
    }
}
