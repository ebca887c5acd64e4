import Foundation

/// What the figures were measured on.
enum MachineFacts {
    static var description: String {
        let day = Date().formatted(.iso8601.year().month().day())
        let memory = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
        let memoryText = memory.formatted(.number.precision(.fractionLength(0)))
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return "\(day): \(processor), \(cores) cores, \(memoryText) GiB, \(kernel), revision \(revision)"
    }

    private static var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }
        return model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    private static var kernel: String { oneLine(["uname", "-sr"]) }
    private static var revision: String { oneLine(["git", "rev-parse", "--short", "HEAD"]) }

    private static func oneLine(_ command: [String]) -> String {
        let text = try? Program.run(command, isQuiet: true).output
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }
}
