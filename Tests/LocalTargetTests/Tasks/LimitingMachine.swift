import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A machine on which tests may limit memory and processors: cgroups of version 2, and a user who may make some.
enum LimitingMachine {
    /// The cgroup in which they are made; nil where there is none, and on a machine of another kind.
    static let folder: String? = {
        guard
            case .place(let folder, let controllers, let leaving) = CgroupChoice(
                .current(), own: [getpid(), getppid()]), leaving.isEmpty, controllers == CgroupController.allCases
        else { return nil }
        return folder
    }()
}
