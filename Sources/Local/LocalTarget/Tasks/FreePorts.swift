#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Draws ports of 127.0.0.1 that are free now and that nobody is likely to take before the task binds them: below the range
/// from which the kernel serves outgoing connections (32768 up on Linux, 49152 up on macOS), above what programs choose by
/// habit.
struct FreePorts: Sendable {
    static let range = 20_000..<32_000
    /// 12 000 ports with fewer than a hundred in use: the first draw nearly always holds.
    static let tries = 200

    /// Handed out to tasks that may not listen yet.
    private var taken: Set<Int> = []

    init() {}

    mutating func take() throws(TaskFailure) -> Int {
        for _ in 0..<FreePorts.tries {
            let port = Int.random(in: FreePorts.range)
            guard !taken.contains(port), FreePorts.isFree(port) else { continue }
            taken.insert(port)
            return port
        }
        throw TaskFailure(
            "no free port between \(FreePorts.range.lowerBound) and \(FreePorts.range.upperBound) on 127.0.0.1",
            next: "end what holds them; `ss -tln` shows who")
    }

    mutating func giveBack(_ port: Int) { taken.remove(port) }

    /// By binding it without listening.
    static func isFree(_ port: Int) -> Bool {
        #if os(Linux)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
