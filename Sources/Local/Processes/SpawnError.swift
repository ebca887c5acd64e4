import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a child could not be started.
package struct SpawnError: Error, Sendable, Equatable, CustomStringConvertible {
    package var executable: String
    package var directory: String?
    /// One of `terrace_spawn_step`.
    package var step: CInt
    /// An errno.
    package var code: CInt

    package var isMissingExecutable: Bool { code == ENOENT && step == CInt(terrace_spawn_step_exec.rawValue) }

    /// The child could not join its cgroup: without one it may start.
    package var isRefusedCgroup: Bool { step == CInt(terrace_spawn_step_cgroup.rawValue) }

    package var description: String {
        let reason = String(cString: strerror(code))
        switch UInt32(step) {
        case terrace_spawn_step_exec.rawValue: return "cannot start \(executable): \(reason)"
        case terrace_spawn_step_directory.rawValue: return "cannot enter \(directory ?? "."): \(reason)"
        case terrace_spawn_step_user.rawValue: return "cannot change the user for \(executable): \(reason)"
        case terrace_spawn_step_cgroup.rawValue: return "cannot put \(executable) into its cgroup: \(reason)"
        case terrace_spawn_step_fork.rawValue, terrace_spawn_step_thread.rawValue:
            return "cannot make a process for \(executable): \(reason)"
        default: return "cannot prepare a process for \(executable): \(reason)"
        }
    }
}
