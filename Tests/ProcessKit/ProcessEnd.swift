package import Foundation

/// How a process ended.
package enum ProcessEnd: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
}

extension Process {
    /// Blocks until the process has ended, from any thread.
    ///
    /// Foundation's `waitUntilExit` turns the run loop of the thread that calls it, so it never returns on another thread than
    /// the one that started the process, and it learns of the end from a socket that a process started meanwhile may have
    /// inherited. The kernel is asked instead, and the status left for Foundation to collect.
    ///
    /// A child of a task inherits blocked signals: `terminate` may do nothing. Close its input, or kill it.
    @discardableResult
    package func waitForEnd() -> ProcessEnd {
        var information = siginfo_t()
        while waitid(P_PID, id_t(processIdentifier), &information, WEXITED | WNOWAIT) == -1 {
            guard errno == EINTR else { return collectedEnd }
        }
        let status = information._sifields._sigchld.si_status
        return information.si_code == CLD_EXITED ? .exited(status) : .killed(signal: status)
    }

    /// What Foundation collected; it says so a moment after it did.
    private var collectedEnd: ProcessEnd {
        while isRunning { usleep(1000) }
        return terminationReason == .uncaughtSignal
            ? .killed(signal: terminationStatus) : .exited(terminationStatus)
    }
}
