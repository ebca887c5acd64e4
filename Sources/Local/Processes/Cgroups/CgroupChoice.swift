package import CPlatform

/// Where a process may make cgroups with limits, or why nowhere.
package enum CgroupChoice: Sendable, Equatable {
    /// - controllers: what can be limited there.
    /// - leaving: processes that must leave the folder first, for a cgroup that passes on controllers may not hold any.
    case place(folder: String, controllers: [CgroupController], leaving: [pid_t])
    case nowhere(reason: String, next: String?)

    /// The top first, as a container engine does, else the nearest that is free, so that nobody has to move; at last the own one
    /// when nobody else is in it, which is what a service with `Delegate=yes` has.
    /// - Parameter own: this process and the one that started it for this purpose.
    package init(_ facts: CgroupFacts, own: Set<pid_t>) {
        let usable = facts.levels.filter { $0.isWritable && !$0.controllers.isEmpty }
        if let free = usable.last(where: \.isTop) ?? usable.first(where: \.processes.isEmpty) {
            self = .place(folder: free.folder, controllers: free.controllers, leaving: [])
        } else if let level = usable.first, level == facts.levels.first, own.isSuperset(of: level.processes) {
            self = .place(folder: level.folder, controllers: level.controllers, leaving: level.processes)
        } else {
            self = CgroupChoice.nowhere(facts, busy: usable.first)
        }
    }

    private static func nowhere(_ facts: CgroupFacts, busy: CgroupFacts.Level?) -> CgroupChoice {
        guard let mount = facts.mount else {
            return .nowhere(
                reason: facts.ofVersion1.isEmpty
                    ? "this system has no cgroups" : "this machine has cgroups of version 1 only",
                next: nil)
        }
        if let busy { return .nowhere(reason: "other processes are in the cgroup \(busy.folder)", next: ownService) }
        if facts.levels.allSatisfy(\.controllers.isEmpty), !facts.ofVersion1.isEmpty {
            let held = facts.ofVersion1.map(\.rawValue).joined(separator: " and ")
            return .nowhere(reason: "cgroups of version 1 hold \(held) on this machine", next: nil)
        }
        if mount.isReadOnly { return .nowhere(reason: "\(mount.folder) is mounted read-only", next: nil) }
        if facts.levels.contains(where: \.isWritable) {
            return .nowhere(reason: "cpu and memory are not delegated to the cgroups of this user", next: ownService)
        }
        return .nowhere(reason: "this user may not make cgroups here", next: ownService)
    }

    private static let ownService =
        "with systemd: `systemd-run --user --scope terrace up`, or a service with `Delegate=yes`"
}
