import Drills
import LocalTarget
import Stacks
import Visitors

/// Where a drill's load goes on this machine.
struct LocalVisitors {
    var stack: Stack
    var seed: UInt64
    /// The certificate of the edge's authority, a file.
    var authority: String?

    /// Visitors come from so many addresses: a limit for each client shall not take them all for one.
    static let addresses = 64

    /// Checked by one read.
    func target() async throws -> VisitTarget {
        let write = stack.drill.write.map {
            VisitTarget.Write(path: $0.path, body: $0.body, type: $0.type)
        }
        let target = VisitTarget(
            host: "localhost", address: "127.0.0.1", port: stack.local.https,
            tls: try authority.map(VisitTarget.trust) ?? VisitTarget.usualTrust(), read: stack.drill.read, write: write,
            sources: sources)
        let first = await VisitorLoad.visitOnce(target)
        guard first.isGood else {
            throw Report(
                "\(stack.drill.read) is not served even now: \(first.reason)", state: "nothing was broken",
                next: "name a path that answers in the manifest: `drill: { read: /health }`")
        }
        return target
    }

    /// On Linux the whole of 127.0.0.0/8 is this machine; elsewhere only its first address is.
    private var sources: [String] {
        #if os(Linux)
            let base = Int(seed % 200)
            return (1...LocalVisitors.addresses).map { "127.\(10 + base).0.\($0)" }
        #else
            return []
        #endif
    }
}
