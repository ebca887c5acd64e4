package import Stacks

/// Which tasks of one service get no requests for a while, because what they answered was an error every time. Health checks ask
/// one path; a task can pass them and fail everything else.
///
/// The method is Envoy's: so many failures in a row eject, each further ejection lasts longer, and never more than a share of
/// the tasks is out at once. Good time counts down what is remembered. Source: Envoy, "Outlier detection", read 2026-11.
package struct OutlierEjection: Sendable, Equatable {
    private struct Record: Sendable, Equatable {
        var times: Int
        var until: Duration
    }

    private var records: [String: Record] = [:]

    package init() {}

    /// A task has failed so many times in a row. Returns until when it is out, or nil when it stays.
    /// - Parameter count: how many tasks the service has.
    package mutating func failed(
        _ task: String, inRow failures: Int, of count: Int, limits: Ejection, at now: Duration
    ) -> Duration? {
        guard failures >= limits.failures else { return nil }
        let others = records.values.count { $0.until > now }
        guard records[task].map({ $0.until <= now }) ?? true, (others + 1) * 100 <= count * limits.share else {
            return nil
        }
        let times = remembered(task, limits, at: now) + 1
        let until = now + min(limits.time * times, limits.longest)
        records[task] = Record(times: times, until: until)
        return until
    }

    /// It has ended; another one of its name starts without a past.
    package mutating func forget(_ task: String) { records[task] = nil }

    /// One ejection less for every `time` since the last one ended.
    private func remembered(_ task: String, _ limits: Ejection, at now: Duration) -> Int {
        guard let record = records[task] else { return 0 }
        return max(0, record.times - Int((now - record.until) / limits.time))
    }
}
