import Machine
package import TrafficRules

/// An event loop's clocks; the second's `Date` value is written once a second, not once an answer.
package final class LoopClock {
    private var second = Int.min
    private var text: [UInt8] = []

    package init() {}

    /// Jumps when the machine's clock is set.
    package var wallTime: WallTime { WallTime(nanoseconds: SystemClock.wall) }

    /// Only ever moves on; its zero is of no meaning.
    package var monotonic: Duration { .nanoseconds(SystemClock.monotonic) }

    /// As `monotonic`, a little late, for what is compared with tenths of seconds and more.
    package var coarse: Duration { .nanoseconds(SystemClock.coarseMonotonic) }

    /// As `wallTime`, for what is told in seconds.
    package var wallSecond: WallTime { WallTime(nanoseconds: SystemClock.coarseWall) }

    package var httpDate: [UInt8] {
        let now = wallSecond
        if now.wholeSeconds != second {
            second = now.wholeSeconds
            text = HTTPDate.format(now)
        }
        return text
    }

}
