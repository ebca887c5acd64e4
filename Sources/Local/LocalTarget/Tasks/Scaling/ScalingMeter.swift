import Processes
import TrafficRules

/// Turns what tasks have used and answered since their start into what they do in a period. Told the totals of one moment, it
/// compares them with those of the moment before.
struct ScalingMeter: Sendable {
    struct Totals: Sendable {
        /// Processor time by task.
        var processor: [String: Duration]
        var requests: Int
        var at: Duration
    }

    private var last: Totals?

    /// nil for the first look, which has nothing to compare with.
    /// - Parameters:
    ///   - share: 1024 for a whole processor.
    ///   - healthy: tasks that take requests.
    mutating func measure(_ now: Totals, share: Int, healthy: Int, takesRequests: Bool) -> ScalingSample? {
        defer { last = now }
        guard let last, now.at > last.at else { return nil }
        let length = now.at - last.at
        // A task that has started or ended meanwhile was not there for the whole period.
        let loads = now.processor.compactMap { task, used -> Double? in
            guard let before = last.processor[task], used >= before else { return nil }
            return (used - before) / length / (Double(share) / 1024) * 100
        }
        let cpu = loads.isEmpty ? nil : loads.reduce(0, +) / Double(loads.count)
        guard takesRequests, healthy > 0 else { return ScalingSample(cpu: cpu) }
        let perMinute = Double(max(0, now.requests - last.requests)) * (Duration.seconds(60) / length)
        return ScalingSample(cpu: cpu, requestsPerTask: perMinute / Double(healthy))
    }
}
