import Machine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Free TCP ports on loopback.
enum LoopbackPort {
    /// `preferred` if nobody has it, else one that the kernel chooses.
    static func free(preferring preferred: Int?) throws -> Int {
        if let preferred, preferred > 0, let port = LoopbackPorts.bindable(preferred, ignoringEnded: true) {
            return port
        }
        guard let port = LoopbackPorts.bindable(0, ignoringEnded: true) else {
            throw DatabaseError("find a free port on 127.0.0.1", answer: String(cString: strerror(errno)))
        }
        return port
    }
}
