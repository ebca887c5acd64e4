#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// TCP ports of 127.0.0.1, tried by binding them without listening.
package enum LoopbackPorts {
    /// A port that nobody has: `wanted`, or with 0 one that the kernel chooses. nil when it is taken or there is none.
    /// - Parameter ignoringEnded: connections of an ended server (TIME_WAIT) do not count, as for a server that sets
    ///   SO_REUSEADDR.
    package static func bindable(_ wanted: Int, ignoringEnded: Bool = false) -> Int? {
        #if canImport(Glibc)
            let stream = CInt(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var on: CInt = 1
        if ignoringEnded {
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: wanted)).bigEndian
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
