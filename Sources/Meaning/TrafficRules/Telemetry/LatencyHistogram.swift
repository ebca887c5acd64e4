/// Counts of latencies from 1 µs to 1 h in buckets of fixed bounds: one for each microsecond below 64, then 32 to each
/// doubling. A bucket is at most 1/32 of its value wide and its middle is reported, so no percentile is off by more than
/// 1.6 %. A value: whoever records from many threads keeps an array of `bucketCount` counters and fills this from it.
package struct LatencyHistogram: Sendable, Equatable {
    /// 3600 s; what takes longer counts as this.
    package static let longest: UInt64 = 3_600_000_000
    package static let bucketCount = bucketIndex(forMicroseconds: longest) + 1

    package private(set) var counts: [UInt64]

    package init() { counts = Array(repeating: 0, count: Self.bucketCount) }

    /// From counters that were recorded elsewhere by `bucketIndex`; missing ones are 0, surplus ones are ignored.
    package init(counts: some Sequence<UInt64>) {
        self.init()
        for (index, count) in zip(self.counts.indices, counts) { self.counts[index] = count }
    }

    package static func bucketIndex(forMicroseconds value: UInt64) -> Int {
        let value = min(value, longest)
        guard value >= 64 else { return Int(value) }
        let shift = 58 - value.leadingZeroBitCount
        return shift * 32 + Int(value >> UInt64(shift))
    }

    /// The values that fall into a bucket, in microseconds.
    package static func bounds(ofBucket index: Int) -> Range<UInt64> {
        guard index >= 64 else { return UInt64(index)..<UInt64(index) + 1 }
        let shift = UInt64(index / 32 - 1)
        let lower = UInt64(index) - shift * 32
        return lower << shift..<(lower + 1) << shift
    }

    package mutating func record(_ latency: Duration) {
        counts[Self.bucketIndex(forMicroseconds: Self.microseconds(latency))] += 1
    }

    /// Rounded down; 0 for a negative length.
    package static func microseconds(_ latency: Duration) -> UInt64 { latency.wholeMicroseconds }

    package mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// What was recorded after `earlier`, which these counts were at some moment.
    package func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        LatencyHistogram(counts: zip(counts, earlier.counts).lazy.map { $0 > $1 ? $0 - $1 : 0 })
    }

    package var total: UInt64 { counts.reduce(0, +) }

    /// The sum of all recorded values, to the same accuracy.
    package var sum: Duration {
        var microseconds = 0.0
        for (index, count) in counts.enumerated() where count > 0 {
            microseconds += Double(count) * Self.middle(ofBucket: index)
        }
        return .microseconds(microseconds)
    }

    /// The value that `percent` (0...100) of all are not above; nil when nothing was recorded.
    package func percentile(_ percent: Double) -> Duration? {
        let all = total
        guard all > 0 else { return nil }
        let rank = UInt64(max(1, (Double(all) * min(max(percent, 0), 100) / 100).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= min(rank, all) { return .microseconds(Self.middle(ofBucket: index)) }
        }
        return nil
    }

    /// How many are at most `limit`, to the accuracy of the buckets.
    package func count(upTo limit: Duration) -> UInt64 {
        counts[...Self.bucketIndex(forMicroseconds: Self.microseconds(limit))].reduce(0, +)
    }

    private static func middle(ofBucket index: Int) -> Double {
        let bounds = bounds(ofBucket: index)
        return Double(bounds.lowerBound + bounds.upperBound - 1) / 2
    }
}
