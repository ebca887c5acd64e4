/// A moment of the calendar, for dates in messages and logs. Lengths of time are measured on a monotonic clock instead,
/// because this one jumps.
package struct WallTime: Sendable, Hashable, Comparable {
    package var sinceEpoch: Duration

    package init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }
    package init(seconds: Int) { sinceEpoch = .seconds(seconds) }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var wholeSeconds: Int {
        let (seconds, attoseconds) = sinceEpoch.components
        return Int(seconds) - (attoseconds < 0 ? 1 : 0)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.sinceEpoch < right.sinceEpoch }
}
