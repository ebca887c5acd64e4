import Crypto
import Foundation
import Machine
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The cgroups of a stack's tasks: one for the stack, and in it one for each task that has limits.
struct TaskCgroups: Sendable {
    /// How long processes that were killed may take to leave a cgroup; the kernel ends them beside us.
    static let removalTimeout = Duration.seconds(5)

    let stack: Cgroup
    /// What can be limited here.
    let controllers: [CgroupController]
    /// Where this process was before it made room; nil when it did not have to.
    var left: Cgroup?

    /// Joins the task's process before its program begins.
    /// - Parameter task: `web.3`
    func begin(_ task: String, _ limits: TaskLimits) throws(CgroupError) -> TaskCgroup {
        let cgroup = stack.below(task)
        let limits = limits.within(controllers)
        try cgroup.make()
        do {
            for file in limits.files { try cgroup.write(file.text, to: file.name) }
            // A task beyond its memory shall end and say so, not crawl.
            if limits.memory != nil, cgroup.has("memory.swap.max") { try cgroup.write("0", to: "memory.swap.max") }
        } catch {
            _ = cgroup.remove()
            throw error
        }
        return TaskCgroup(cgroup: cgroup, limits: limits)
    }

    /// Ends what is left in a cgroup, removes it, and says whether it is gone.
    @discardableResult
    static func remove(_ cgroup: Cgroup) async -> Bool {
        guard cgroup.exists else { return true }
        cgroup.kill()
        let deadline = ContinuousClock.now + removalTimeout
        var wait = Duration.milliseconds(1)
        while !cgroup.remove() {
            guard ContinuousClock.now < deadline else { return false }
            // A cancelled caller still leaves nothing behind.
            let pause = wait
            await Task { try? await Task.sleep(for: pause) }.value
            wait = min(wait * 2, .milliseconds(100))
        }
        return true
    }

    /// Brings this process and its own back to where they were, for only an undivided cgroup takes them, or anybody else.
    func giveBack() throws(CgroupError) {
        guard let left else { return }
        for controller in controllers { try left.write("-\(controller.rawValue)", to: "cgroup.subtree_control") }
        let own = left.below(TaskCgroups.supervisorName)
        for process in own.processes { try left.write("\(process)", to: "cgroup.procs") }
        _ = own.remove()
    }
}

/// One task's.
struct TaskCgroup: Sendable {
    let cgroup: Cgroup
    /// Those that are enforced.
    let limits: TaskLimits

    /// How many of its processes the kernel has killed for the limit.
    var memoryKills: Int { cgroup.value("oom_kill", of: "memory.events") ?? 0 }

    /// Of everything that was ever in it.
    var processorTime: Duration? { cgroup.value("usage_usec", of: "cpu.stat").map { .microseconds($0) } }
}

// How a stack comes to its cgroup, and what an earlier supervisor left.
extension TaskCgroups {
    /// - Parameter record: a file that remembers where the stack's cgroup is, for whoever has to remove it.
    /// - Returns: the cgroups, or why there are none.
    static func open(record: String, stackFolder: String, _ choice: CgroupChoice) throws(LimitsRefused) -> TaskCgroups {
        switch choice {
        case .nowhere(let reason, let next): throw LimitsRefused(reason: reason, next: next)
        case .place(let folder, let controllers, let leaving):
            do {
                return try open(record, Cgroup(folder), name(of: stackFolder), controllers, leaving)
            } catch {
                throw LimitsRefused(reason: "\(error)")
            }
        }
    }

    private static func open(
        _ record: String, _ base: Cgroup, _ name: String, _ wanted: [CgroupController], _ leaving: [pid_t]
    ) throws -> TaskCgroups {
        let stack = base.below(name)
        try DurableFiles.replace(record, with: Array("\(stack.folder)\n".utf8))
        try move(leaving, from: base)
        if !stack.exists { try stack.make() }
        // Each by itself: the kernel takes all of a line or nothing.
        var refusal: CgroupError?
        var controllers: [CgroupController] = []
        for controller in wanted {
            do throws(CgroupError) {
                for each in [base, stack] { try each.write("+\(controller.rawValue)", to: "cgroup.subtree_control") }
                controllers.append(controller)
            } catch {
                refusal = error
            }
        }
        let left = leaving.isEmpty ? nil : base
        let cgroups = TaskCgroups(stack: stack, controllers: controllers, left: left)
        guard controllers.isEmpty, let refusal else { return cgroups }
        _ = stack.remove()
        try? cgroups.giveBack()
        throw refusal
    }

    private static let supervisorName = "terrace-supervisor"

    private static func move(_ processes: [pid_t], from base: Cgroup) throws {
        guard !processes.isEmpty else { return }
        let own = base.below(supervisorName)
        if !own.exists { try own.make() }
        for process in processes { try own.write("\(process)", to: "cgroup.procs") }
    }

    /// Ends and removes what the record names. A folder of another name is none of ours.
    static func removeRecorded(_ record: String, stackFolder: String) async {
        guard let text = try? String(contentsOfFile: record, encoding: .utf8) else { return }
        let folder = text.trimmingCharacters(in: .newlines)
        guard folder.hasPrefix("/"), folder.hasSuffix("/" + name(of: stackFolder)),
            Cgroup(folder).has("cgroup.procs")
        else { return }
        if await remove(Cgroup(folder)) { unlink(record) }
    }

    /// `terrace-` and 16 hexadecimal digits: of two stacks of one machine, neither meets the other's.
    static func name(of stackFolder: String) -> String {
        let digest = SHA256.hash(data: Data(stackFolder.utf8)).prefix(8)
        return "terrace-" + digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// Why limits are not enforced.
struct LimitsRefused: Error, Equatable {
    var reason: String
    var next: String?
}
