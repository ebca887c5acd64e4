import Processes

/// What each task uses, out of totals that are noted every few seconds. A value; times come in.
struct TaskLoads: Sendable {
    struct Load: Sendable, Equatable {
        /// Per cent of the share of a processor that the task has; nil at the first look.
        var cpu: Double?
        var memoryBytes: Int
    }

    private(set) var loads: [String: Load] = [:]
    private var used: [String: Duration] = [:]
    private var at = Duration.zero

    /// - Parameter share: of a task, by its id; 1024 for a whole processor.
    mutating func note(_ usage: [String: ProcessUsage], at now: Duration, share: (String) -> Int?) {
        let length = now - at
        var next: [String: Load] = [:]
        for (task, usage) in usage {
            let cpu = used[task].flatMap { before -> Double? in
                guard let share = share(task), length > .zero, usage.processorTime >= before else { return nil }
                return (usage.processorTime - before) / length / (Double(share) / 1024) * 100
            }
            next[task] = Load(cpu: cpu, memoryBytes: usage.residentBytes)
        }
        (loads, used, at) = (next, usage.mapValues(\.processorTime), now)
    }
}
