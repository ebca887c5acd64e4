#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An event loop's wall clock: the second's `Date` value is written once a second, not once an answer.
package final class LoopClock {
    private let format: (Int) -> [UInt8]
    private var second = 0
    private var text: [UInt8] = []

    /// `format` makes an HTTP date of seconds since 1970.
    package init(format: @escaping (Int) -> [UInt8]) { self.format = format }

    /// Seconds since 1970.
    package var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    package var httpDate: [UInt8] {
        let current = Int(now)
        if current != second {
            second = current
            text = format(current)
        }
        return text
    }
}
