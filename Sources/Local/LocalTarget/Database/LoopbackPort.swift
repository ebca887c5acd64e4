#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Free TCP ports on loopback.
enum LoopbackPort {
    /// `preferred` if nobody has it, else one that the kernel chooses.
    static func free(preferring preferred: Int?) throws -> Int {
        if let preferred, preferred > 0, let port = bound(to: preferred) { return port }
        guard let port = bound(to: 0) else {
            throw DatabaseError("find a free port on 127.0.0.1", answer: String(cString: strerror(errno)))
        }
        return port
    }

    private static func bound(to port: Int) -> Int? {
        #if canImport(Glibc)
            let stream = CInt(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // As PostgreSQL itself does: connections of an ended server in TIME_WAIT do not count.
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                guard bind(descriptor, raw, size) == 0, getsockname(descriptor, raw, &size) == 0 else { return nil }
                return Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
        }
    }
}
