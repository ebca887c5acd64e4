/// Lengths of time in whole units, rounded towards zero. `Duration` counts attoseconds in 128 bits, and dividing those takes a call; what
/// requests need fits into 64 bits nearly always.
extension Duration {
    var wholeSeconds: Int {
        // 10^18 is 2^18 × 5^18, and what is shifted out is less than a second: good for 55 days.
        let shifted = attoseconds >> 18
        if let short = UInt64(exactly: shifted) { return Int(short / 3_814_697_265_625) }
        return Int(components.seconds)
    }

    /// Not negative.
    var wholeMicroseconds: UInt64 {
        // Good for 18 seconds.
        if let short = UInt64(exactly: attoseconds) { return short / 1_000_000_000_000 }
        let (seconds, attoseconds) = max(.zero, self).components
        return UInt64(min(seconds, 3600)) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
    }
}
