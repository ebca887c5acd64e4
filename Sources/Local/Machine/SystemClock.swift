#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The kernel's clocks in nanoseconds.
package enum SystemClock {
    /// Since 1970; jumps when the machine's clock is set.
    package static var wall: Int64 { read(CLOCK_REALTIME) }
    /// As `wall`, up to 10 ms late and a fifth of its price: for what is told in seconds.
    package static var coarseWall: Int64 {
        #if os(Linux)
            read(CLOCK_REALTIME_COARSE)
        #else
            wall
        #endif
    }
    /// Only ever moves on; its zero is of no meaning.
    package static var monotonic: Int64 { read(CLOCK_MONOTONIC) }
    /// As `monotonic`, up to 10 ms late.
    package static var coarseMonotonic: Int64 {
        #if os(Linux)
            read(CLOCK_MONOTONIC_COARSE)
        #else
            monotonic
        #endif
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
