import Machine

/// Draws ports of 127.0.0.1 that are free now and that nobody is likely to take before the task binds them: below the range
/// from which the kernel serves outgoing connections (32768 up on Linux, 49152 up on macOS), above what programs choose by
/// habit.
struct FreePorts: Sendable {
    static let range = 20_000..<32_000
    /// 12 000 ports with fewer than a hundred in use: the first draw nearly always holds.
    static let tries = 200

    /// Handed out to tasks that may not listen yet.
    private var taken: Set<Int> = []

    init() {}

    mutating func take() throws(TaskFailure) -> Int {
        for _ in 0..<FreePorts.tries {
            let port = Int.random(in: FreePorts.range)
            guard !taken.contains(port), LoopbackPorts.bindable(port) != nil else { continue }
            taken.insert(port)
            return port
        }
        throw TaskFailure(
            "no free port between \(FreePorts.range.lowerBound) and \(FreePorts.range.upperBound) on 127.0.0.1",
            next: "end what holds them; `ss -tln` shows who")
    }

    mutating func giveBack(_ port: Int) { taken.remove(port) }
}
