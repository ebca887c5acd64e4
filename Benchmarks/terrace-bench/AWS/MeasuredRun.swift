import Foundation
import Machine
import Processes
import Synchronization

/// A program that ran to its end, with everything below it: what it took of the machine.
struct MeasuredRun {
    var status: Int32
    var output: String
    /// Seconds.
    var wall: Double
    /// Seconds of all its processes.
    var processor: Double
    /// 10^6 bytes: the largest sum of its processes' resident memory, looked at every 20 ms.
    var peak: Double

    /// - Parameter onStart: is told the number of the process, before anything else.
    static func of(
        _ command: [String], in folder: String, environment: [String: String], onStart: (Int32) -> Void = { _ in }
    ) throws -> MeasuredRun {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["--default-signal=INT,TERM,HUP", "--chdir=\(folder)"] + command
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let log = "\(folder)/output-\(UInt32.random(in: .min ... .max)).log"
        guard FileManager.default.createFile(atPath: log, contents: nil), let sink = FileHandle(forWritingAtPath: log)
        else { throw BenchFailure("cannot write \(log)") }
        process.standardOutput = sink
        process.standardError = sink
        let (began, used) = (ContinuousClock.now, processorTimeOfChildren())
        try process.run()
        let pid = process.processIdentifier
        onStart(pid)
        let watch = PeakWatch(pid)
        process.waitUntilExit()
        let wall = (ContinuousClock.now - began).seconds
        return MeasuredRun(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "", wall: wall,
            processor: processorTimeOfChildren() - used, peak: watch.end())
    }

    /// Seconds of every child that was waited for, and of those that they waited for.
    private static func processorTimeOfChildren() -> Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage) == 0 else { return .nan }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// Looks at a process and those below it until it is told to stop.
private final class PeakWatch: Sendable {
    private let state = Mutex<(peak: Double, isOver: Bool)>((0, false))
    private let done = DispatchSemaphore(value: 0)

    init(_ pid: Int32) {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isOver }) {
                let pids = [pid] + ProcessFigures.descendants(of: pid)
                let sum = pids.map { ProcessFigures.megabytes("VmRSS", of: $0, in: "status") }
                    .filter(\.isFinite).reduce(0, +)
                state.withLock { $0.peak = max($0.peak, sum) }
                usleep(20_000)
            }
            done.signal()
        }
    }

    func end() -> Double {
        state.withLock { $0.isOver = true }
        done.wait()
        return state.withLock { $0.peak }
    }
}
