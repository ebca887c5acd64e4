import TestKit
import Testing
import TrafficRules

struct LatencyHistogramTests {
    @Test("Buckets follow each other without gap, and each value falls into its own")
    func bucketsTile() {
        var end: UInt64 = 0
        for index in 0..<LatencyHistogram.bucketCount {
            let bounds = LatencyHistogram.bounds(ofBucket: index)
            #expect(bounds.lowerBound == end)
            #expect(LatencyHistogram.bucketIndex(forMicroseconds: bounds.lowerBound) == index)
            #expect(
                LatencyHistogram.bucketIndex(forMicroseconds: min(bounds.upperBound - 1, LatencyHistogram.longest))
                    == index)
            end = bounds.upperBound
        }
        #expect(end > LatencyHistogram.longest)
        #expect(LatencyHistogram.bucketIndex(forMicroseconds: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test("Percentiles are off by at most 3 %, seeded")
    func percentilesAreClose() throws {
        var random = SeededGenerator(seed: 99)
        var histogram = LatencyHistogram()
        var values: [Double] = []
        for _ in 0..<20_000 {
            let microseconds =
                Double(UInt64(1) << UInt64.random(in: 0...30, using: &random))
                * Double.random(in: 1...2, using: &random)
            values.append(microseconds.rounded(.down))
            histogram.record(.microseconds(microseconds.rounded(.down)))
        }
        values.sort()
        for percent in [0.0, 1, 50, 90, 99, 99.9, 100] {
            let exact = values[max(0, Int((20_000 * percent / 100).rounded(.up)) - 1)]
            let found = try #require(histogram.percentile(percent)) / .microseconds(1)
            #expect(abs(found - exact) <= max(0.5, exact * 0.03), "\(percent): \(found), exactly \(exact)")
        }
        #expect(abs(histogram.sum / .microseconds(1) / values.reduce(0, +) - 1) < 0.03)
    }

    /// Around 2^64 attoseconds, too, where the arithmetic changes.
    @Test(arguments: [0, 1, 999, 1000, 18_446_744_073, 18_446_744_074, 3_599_999_999_999, -1])
    func microsecondsAreWhole(nanoseconds: Int64) {
        let wanted = UInt64(max(0, nanoseconds) / 1000)
        #expect(LatencyHistogram.microseconds(.nanoseconds(nanoseconds)) == wanted)
    }

    @Test func emptyHasNoPercentile() {
        #expect(LatencyHistogram().percentile(99) == nil)
        #expect(LatencyHistogram().total == 0)
    }

    @Test("Merging is recording both; out of range counts at the ends")
    func merging() {
        var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for latency in [Duration.zero, .seconds(-1), .milliseconds(3), .seconds(9_000)] {
            left.record(latency)
            both.record(latency)
        }
        right.record(.seconds(1))
        both.record(.seconds(1))
        left.merge(right)
        #expect(left == both)
        #expect(left.count(upTo: .milliseconds(10)) == 3)
        #expect(LatencyHistogram(counts: both.counts) == both)
    }
}

struct PrometheusTextTests {
    @Test func textFormat() {
        var text = PrometheusText()
        text.family("terrace_requests_total", .counter, help: "Requests by tier.\nAnd \\ more")
        text.sample(12, [("tier", "edge"), ("route", "a\"b\\c\nd")])
        text.sample(UInt64.max)
        text.family("terrace_lag_seconds", .gauge, help: "Replication lag")
        text.sample(0.25)
        text.sample(Double.infinity, [("zone", "a")])
        text.sample(3.0)
        text.family("terrace_latency_seconds", .histogram, help: "Latency")
        var histogram = LatencyHistogram()
        for milliseconds in [1, 2, 2, 40, 90_000] { histogram.record(.milliseconds(milliseconds)) }
        text.histogram(histogram, [("tier", "edge")])
        expectGolden(String(decoding: text.bytes, as: UTF8.self), "prometheus")
    }
}
