import Synchronization
package import TrafficRules

/// What an Application Load Balancer's own metrics count, of one event loop: written by that loop alone, read by whoever reports.
/// Source: "CloudWatch metrics for your Application Load Balancer", read 2026-11.
package final class AnswerCounters: Sendable {
    private let requests = Atomic(0)
    private let taskErrors = Atomic(0)
    private let ownErrors = Atomic(0)
    private let latencies: [Counter] = (0..<LatencyHistogram.bucketCount).map { _ in Counter() }

    private final class Counter: Sendable {
        let value = Atomic<UInt64>(0)
    }

    func record(_ answer: AnswerFigures) {
        if answer.foundTask { requests.wrappingAdd(1, ordering: .relaxed) }
        if let status = answer.targetStatus {
            if status >= 500 { taskErrors.wrappingAdd(1, ordering: .relaxed) }
        } else if answer.isFailure, answer.status >= 500 {
            ownErrors.wrappingAdd(1, ordering: .relaxed)
        }
        if let time = answer.targetProcessing {
            let bucket = LatencyHistogram.bucketIndex(forMicroseconds: LatencyHistogram.microseconds(time))
            latencies[bucket].value.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// The sum of what several loops counted.
    static func total(_ counters: [AnswerCounters]) -> AnswerTotals {
        var totals = AnswerTotals()
        for each in counters {
            totals.requests += each.requests.load(ordering: .relaxed)
            totals.taskErrors += each.taskErrors.load(ordering: .relaxed)
            totals.ownErrors += each.ownErrors.load(ordering: .relaxed)
            totals.latencies.merge(
                LatencyHistogram(counts: each.latencies.lazy.map { $0.value.load(ordering: .relaxed) }))
        }
        return totals
    }
}

/// One answer, as it is counted.
struct AnswerFigures {
    var status: Int
    /// Nil when no task answered.
    var targetStatus: Int?
    var targetProcessing: Duration?
    /// The load balancer had no answer of a task to give, and says why in its log.
    var isFailure: Bool
    var foundTask: Bool
    var receivedBytes: Int
    var sentBytes: Int
}

/// What was counted, as a value.
package struct AnswerTotals: Sendable, Equatable {
    /// `RequestCount`: requests that found a task.
    package var requests = 0
    /// `HTTPCode_Target_5XX_Count`
    package var taskErrors = 0
    /// `HTTPCode_ELB_5XX_Count`
    package var ownErrors = 0
    /// `TargetResponseTime`: from the request's way to the task until the answer's head.
    package var latencies = LatencyHistogram()
}
