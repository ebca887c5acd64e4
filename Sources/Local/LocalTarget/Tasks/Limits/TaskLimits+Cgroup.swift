import Processes
import Stacks

extension TaskLimits {
    /// A share of a processor is so much of every period. Microseconds, the kernel's default.
    private static let period = 100_000

    /// Only what such controllers can limit.
    func within(_ controllers: [CgroupController]) -> TaskLimits {
        TaskLimits(
            cpu: controllers.contains(.cpu) ? cpu : nil, memory: controllers.contains(.memory) ? memory : nil)
    }

    /// What is written into a cgroup's files, in order. Source: the kernel's "Control Group v2".
    var files: [(name: String, text: String)] {
        var files: [(String, String)] = []
        if let cpu { files.append(("cpu.max", "\(cpu * TaskLimits.period / 1024) \(TaskLimits.period)")) }
        if let memory { files.append(("memory.max", "\(memory.bytes)")) }
        return files
    }

    /// `cpu`, `memory`
    var names: [String] { [cpu.map { _ in "cpu" }, memory.map { _ in "memory" }].compactMap { $0 } }
}
