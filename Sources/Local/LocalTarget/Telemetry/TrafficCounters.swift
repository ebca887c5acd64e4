import Synchronization
package import TrafficRules

/// Counts of one event loop: written by that loop alone, read by whoever reports. Relaxed atomics that are never
/// contended cost a plain addition.
package final class TrafficCounters: Sendable {
    private let requests = Atomic(0)
    /// By the answer's hundreds: 1xx at 0 … 5xx at 4.
    private let classes: [Counter] = (0..<5).map { _ in Counter() }
    private let hits = Atomic(0)
    private let misses = Atomic(0)
    private let received = Atomic(0)
    private let sent = Atomic(0)
    private let latencies: [Counter] = (0..<LatencyHistogram.bucketCount).map { _ in Counter() }

    package init() {}

    private final class Counter: Sendable {
        let value = Atomic<UInt64>(0)
    }

    package func record(status: Int, latency: Duration, received bytesIn: Int = 0, sent bytesOut: Int = 0) {
        requests.wrappingAdd(1, ordering: .relaxed)
        classes[min(max(status / 100, 1), 5) - 1].value.wrappingAdd(1, ordering: .relaxed)
        received.wrappingAdd(bytesIn, ordering: .relaxed)
        sent.wrappingAdd(bytesOut, ordering: .relaxed)
        let bucket = LatencyHistogram.bucketIndex(forMicroseconds: LatencyHistogram.microseconds(latency))
        latencies[bucket].value.wrappingAdd(1, ordering: .relaxed)
    }

    package func recordHit() { hits.wrappingAdd(1, ordering: .relaxed) }
    package func recordMiss() { misses.wrappingAdd(1, ordering: .relaxed) }

    /// The sum of what several loops counted.
    package static func total(_ counters: [TrafficCounters]) -> TrafficTotals {
        var totals = TrafficTotals()
        for each in counters {
            totals.requests += each.requests.load(ordering: .relaxed)
            for index in 0..<5 { totals.classes[index] += Int(each.classes[index].value.load(ordering: .relaxed)) }
            totals.hits += each.hits.load(ordering: .relaxed)
            totals.misses += each.misses.load(ordering: .relaxed)
            totals.received += each.received.load(ordering: .relaxed)
            totals.sent += each.sent.load(ordering: .relaxed)
            totals.latencies.merge(
                LatencyHistogram(counts: each.latencies.lazy.map { $0.value.load(ordering: .relaxed) }))
        }
        return totals
    }
}

/// What was counted, as a value.
package struct TrafficTotals: Sendable, Equatable {
    package var requests = 0
    /// 1xx … 5xx
    package var classes = [0, 0, 0, 0, 0]
    package var hits = 0
    package var misses = 0
    package var received = 0
    package var sent = 0
    package var latencies = LatencyHistogram()

    package init() {}

    /// For `status`.
    package var figures: TrafficFigures {
        func seconds(_ percent: Double) -> Double {
            guard let value = latencies.percentile(percent) else { return 0 }
            return Double(LatencyHistogram.microseconds(value)) / 1e6
        }
        return TrafficFigures(
            requests: requests, errors: classes[4], p50: seconds(50), p99: seconds(99), p999: seconds(99.9))
    }
}
