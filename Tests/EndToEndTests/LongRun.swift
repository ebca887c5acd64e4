import Foundation
import Synchronization

/// A program that a test starts and ends; its output goes to a file.
final class LongRun: Sendable {
    private let process: Mutex<Process>
    private let file: URL

    init(_ arguments: [String], in stack: TrialStack) throws {
        file = stack.folder.appending(path: "output-\(UInt32.random(in: .min ... .max))")
        try Data().write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = stack.folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = process.standardOutput
        try process.run()
        self.process = Mutex(process)
    }

    var output: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    var pid: Int32 { process.withLock { $0.processIdentifier } }
    /// nil while it runs.
    var exitCode: Int32? { process.withLock { $0.isRunning ? nil : $0.terminationStatus } }

    func end() { process.withLock { if $0.isRunning { $0.terminate() } } }
}
