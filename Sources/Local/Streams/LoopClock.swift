package import TrafficRules

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An event loop's clocks; the second's `Date` value is written once a second, not once an answer.
package final class LoopClock {
    private var second = Int.min
    private var text: [UInt8] = []

    package init() {}

    /// Jumps when the machine's clock is set.
    package var wallTime: WallTime { WallTime(sinceEpoch: LoopClock.read(CLOCK_REALTIME)) }

    /// Only ever moves on; its zero is of no meaning.
    package var monotonic: Duration { LoopClock.read(CLOCK_MONOTONIC) }

    package var httpDate: [UInt8] {
        let now = wallTime
        if now.wholeSeconds != second {
            second = now.wholeSeconds
            text = HTTPDate.format(now)
        }
        return text
    }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return Duration(
            secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
    }
}
