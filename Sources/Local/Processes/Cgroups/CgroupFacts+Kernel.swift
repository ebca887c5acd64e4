#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension CgroupFacts {
    /// Without any where there is no `/proc`.
    package static func current() -> CgroupFacts {
        func text(_ path: String) -> String { String(decoding: ProcFiles.read(path) ?? [], as: UTF8.self) }
        return CgroupFacts(
            mountInfo: text("/proc/self/mountinfo"), memberships: text("/proc/self/cgroup"), look: Level.init(folder:))
    }
}

extension CgroupFacts.Level {
    /// nil when it is no cgroup of version 2.
    init?(folder: String) {
        let cgroup = Cgroup(folder)
        guard let controllers = cgroup.read("cgroup.controllers") else { return nil }
        func known(_ text: String) -> [CgroupController] {
            let names = text.split { $0 == " " || $0 == "\n" }.map(String.init)
            return CgroupController.allCases.filter { names.contains($0.rawValue) }
        }
        self.init(
            folder: folder, controllers: known(controllers),
            passedOn: known(cgroup.read("cgroup.subtree_control") ?? ""), processes: cgroup.processes,
            // Every other one has a type.
            isTop: !cgroup.has("cgroup.type"),
            isWritable: access(folder, W_OK | X_OK) == 0 && cgroup.mayWrite("cgroup.procs")
                && cgroup.mayWrite("cgroup.subtree_control"))
    }
}
