/// Fargate's own pairs of cpu and memory. Source: "Task CPU and memory", ECS developer guide, read 2026-11.
struct TaskSize: Sendable {
    let cpu: Int
    /// MiB, ascending.
    let memory: [Int]

    static let all = [
        TaskSize(cpu: 256, memory: [512, 1024, 2048]),
        TaskSize(cpu: 512, gibibytes: 1...4),
        TaskSize(cpu: 1024, gibibytes: 2...8),
        TaskSize(cpu: 2048, gibibytes: 4...16),
        TaskSize(cpu: 4096, gibibytes: 8...30),
        TaskSize(cpu: 8192, gibibytes: 16...60, step: 4),
        TaskSize(cpu: 16_384, gibibytes: 32...120, step: 8),
    ]

    private init(cpu: Int, memory: [Int]) {
        self.cpu = cpu
        self.memory = memory
    }

    private init(cpu: Int, gibibytes: ClosedRange<Int>, step: Int = 1) {
        self.init(
            cpu: cpu,
            memory: stride(from: gibibytes.lowerBound, through: gibibytes.upperBound, by: step).map { $0 << 10 })
    }

    /// Twice the cpu in every row: 512 gets 1024 MiB.
    var smallest: ByteCount { .mebibytes(memory.first ?? 0) }

    func offers(_ amount: ByteCount) -> Bool { memory.contains { ByteCount.mebibytes($0) == amount } }

    func nearest(to amount: ByteCount) -> ByteCount? {
        Nearest.number(to: amount.bytes >> 20, in: memory).map { .mebibytes($0) }
    }

    var allowed: String {
        guard memory.count > 4, let first = memory.first, let last = memory.last else {
            return memory.map(String.init).joined(separator: ", ") + " (MiB)"
        }
        return "\(first) to \(last) in steps of \(memory[1] - first) (MiB)"
    }
}
