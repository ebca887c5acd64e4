import Foundation
import Processes
import Stacks
import Streams

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Report {
    /// Whatever a tier threw, in the form that people read.
    init(describing error: any Error, stack: String) {
        switch error {
        case let report as Report: self = report
        case let error as DatabaseError:
            self.init("cannot \(error.attempt): \(error.answer)", state: error.state, next: error.next)
        case let error as PostgresFailure:
            self.init(
                "the database refuses: \(error.reason)", next: "see `terrace status`, then run the same command again")
        case let error as SecretStoreError: self.init(error.message, state: error.state, next: error.next)
        case let error as CertificateError: self.init(error.message, next: error.next)
        case let error as TaskFailure: self.init(error.message, next: error.next)
        case is CancellationError: self.init("\(stack) was stopped before it was ready")
        default: self.init("cannot start \(stack): \(error)")
        }
    }

    /// Services that do not come up.
    /// - Parameter state: what goes on all the same; nil when nothing does.
    init(_ problems: [Problem], of stack: String, state: String? = nil) {
        let first = problems.first
        var details = state.map { [Detail("state", $0)] } ?? []
        if let lines = first?.lines { details.insert(Detail("wrote", lines.joined(separator: "\n")), at: 0) }
        details += first?.next.map { [Detail("next", $0)] } ?? []
        // Two tasks of one command fail alike.
        for other in problems.dropFirst() where other.message != first?.message {
            details.insert(Detail("also", "\(other.subject): \(other.message)"), at: 0)
        }
        let outcome = state == nil ? "does not come up" : "was not changed"
        self.init("\(stack) \(outcome): \(first.map { "\($0.subject): \($0.message)" } ?? "")", details: details)
    }

    /// A port that cannot be listened on, and who has it.
    init(_ refused: PortRefused, stack: Stack, manifest: [ManifestSource]) {
        let key = Report.key(of: refused.port, in: stack.local)
        let reason = String(cString: strerror(refused.errnoCode)).lowercased()
        let holder = refused.errnoCode == EADDRINUSE ? ProcessTree.holder(ofPort: refused.port) : nil
        self.init(
            "cannot listen on 127.0.0.1:\(refused.port): \(reason)\(holder.map { " by \($0)" } ?? "")",
            manifest: "local.\(key) in \(manifest.last?.file ?? "terrace.yaml") (the default when it is not there)",
            state: "nothing was started",
            next: "end that process, or set another port: `local: { \(key): \(refused.port + 1000) }`")
    }

    private static func key(of port: Int, in ports: LocalPorts) -> String {
        port == ports.https ? "https" : port == ports.http ? "http" : "console"
    }
}
