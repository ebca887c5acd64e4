#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// File descriptors: waiting for them, and how many a process may have.
package enum Descriptors {
    package enum Readiness: Sendable { case input, output }

    /// Waits until one of them is ready; the positions of those that are. Empty after `milliseconds` (-1: never), nil when
    /// the call was interrupted or failed: see errno.
    package static func wait(_ wanted: [(descriptor: CInt, for: Readiness)], milliseconds: CInt) -> [Int]? {
        var polled = wanted.map {
            pollfd(fd: $0.descriptor, events: Int16($0.for == .input ? POLLIN : POLLOUT), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), milliseconds) >= 0 else { return nil }
        return polled.indices.filter { polled[$0].revents != 0 }
    }

    /// Raises the soft limit as far as the hard one, at most to `most`: 1024 is for programs that use `select`.
    package static func raiseLimit(to most: UInt64) {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = rlim_t(min(UInt64(limit.rlim_max), most))
        setrlimit(resource, &limit)
    }
}
