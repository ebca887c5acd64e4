import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns what was observed into what a person can act on.
enum Diagnosis {
    static func unhealthy(_ failure: HealthFailure, port: Int, pid: Int32) -> TaskFailure {
        switch failure {
        case .failed(let reason): return TaskFailure("health check: \(reason)")
        case .connectionRefused: return notListening(port: port, others: ProcessTree.listeningPorts(of: pid))
        }
    }

    static func notListening(port: Int, others: [Int]) -> TaskFailure {
        if others.contains(port) { return TaskFailure("health check: connection refused on port \(port)") }
        guard !others.isEmpty else {
            return TaskFailure("runs, but nothing listens on its port \(port) yet", next: "does it read PORT?")
        }
        let ports = others.map(String.init).joined(separator: ", ")
        return TaskFailure(
            "runs, but listens on \(ports) instead of its port \(port)",
            next: "let it listen on 127.0.0.1 and the port in the variable PORT")
    }

    /// - Parameter exceeded: the memory for which the kernel killed processes of it; nil when it killed none.
    static func text(_ exit: ChildProcess.Exit, exceeded: ByteCount?) -> String {
        guard let exceeded else { return "ended with \(exit)" }
        let memory = "for using more than its \(exceeded)"
        // A shell that stands before the program tells a signal as 128 and its number.
        let isKilled = exit == .signal(Int(SIGKILL)) || exit == .code(128 + Int(SIGKILL))
        return isKilled ? "was killed \(memory)" : "ended with \(exit), a process of it having been killed \(memory)"
    }

    /// Of a task that goes on.
    static func text(_ overrun: MemoryOverrun) -> String {
        let killed = overrun.kills == 1 ? "a process of it was killed" : "\(overrun.kills) processes of it were killed"
        return "\(killed) for using more than its \(overrun.limit)"
    }

    /// - Parameters:
    ///   - tail: the last lines of its output.
    ///   - exceeded: as above.
    static func ended(
        _ exit: ChildProcess.Exit, after: Duration, wasHealthy: Bool, tail: [String], exceeded: ByteCount? = nil
    ) -> TaskFailure {
        let moment = wasHealthy ? "" : " before it was healthy"
        // Who is killed from outside has not said why.
        let isKilled = exit == .signal(Int(SIGKILL)) || exit == .signal(Int(SIGTERM)) || exceeded != nil
        let last = isKilled ? "" : tail.last.map { ": \($0)" } ?? ", without any output"
        let occupied = tail.contains { line in
            let line = line.lowercased()
            return line.contains("address already in use") || line.contains("eaddrinuse")
        }
        return TaskFailure(
            "\(text(exit, exceeded: exceeded)) after \(text(after))\(moment)\(last)",
            next: exceeded != nil
                ? "give it more `memory:` in the manifest, or take the line out"
                : occupied
                    ? "its port is occupied: every task gets a free one in the variable PORT; does it read that?" : nil)
    }

    /// `12 ms`, `0.2 s`, `3 min`
    static func text(_ duration: Duration) -> String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        if seconds >= 120 { return "\(Int(seconds / 60)) min" }
        if seconds < 0.095 { return "\(Int((seconds * 1000).rounded())) ms" }
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
