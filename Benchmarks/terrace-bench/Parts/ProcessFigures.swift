import Foundation
import Processes

/// What the kernel counts for one process.
enum ProcessFigures {
    /// User and system time of all threads, in seconds; the kernel counts in hundredths.
    static func processorTime(_ pids: [Int32]) -> Double {
        let table = ProcessTable.current()
        return pids.reduce(0) { $0 + Double(table[$1]?.cpuTicks ?? 0) } / Double(sysconf(CInt(_SC_CLK_TCK)))
    }

    static func descendants(of pid: Int32) -> [Int32] { ProcessTable.current().descendants(of: pid) }

    /// A process below `pid` whose command line holds `text`.
    static func descendant(of pid: Int32, named text: String) -> Int32? {
        descendants(of: pid).first { each in
            (try? String(contentsOfFile: "/proc/\(each)/cmdline", encoding: .utf8))?.contains(text) == true
        }
    }

    /// A line of `/proc/PID/smaps_rollup` or `status`, in MB (10^6 bytes).
    static func megabytes(_ line: String, of pid: Int32, in file: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)) ?? ""
        let found = text.split(separator: "\n").first { $0.hasPrefix(line + ":") }
        let kilobytes = found?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (kilobytes ?? .nan) * 1024 / 1e6
    }
}
