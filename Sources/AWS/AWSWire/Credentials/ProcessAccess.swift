import Foundation
import Synchronization

/// Runs a program and brings what it printed, so that a test can be the machine.
package struct ProcessAccess: Sendable {
    /// What a program left.
    package struct Outcome: Sendable, Equatable {
        /// Nil when it was stopped for taking too long.
        package var exitCode: Int32?
        package var output: [UInt8]
        package var errors: [UInt8]

        package init(exitCode: Int32?, output: [UInt8] = [], errors: [UInt8] = []) {
            self.exitCode = exitCode
            self.output = output
            self.errors = errors
        }
    }

    /// Words, environment, longest time.
    package var run: @Sendable ([String], [String: String], Duration) async throws -> Outcome

    package init(run: @escaping @Sendable ([String], [String: String], Duration) async throws -> Outcome) {
        self.run = run
    }

    /// Children of this process. The program is found on PATH, gets no shell and nothing to read.
    package static let machine = ProcessAccess { words, environment, limit in
        try await withCheckedThrowingContinuation { continuation in
            // Its own thread: waiting for a child blocks.
            Thread.detachNewThread {
                continuation.resume(with: Result { try runToTheEnd(words, environment, limit) })
            }
        }
    }
}

private func runToTheEnd(
    _ words: [String], _ environment: [String: String], _ limit: Duration
) throws -> ProcessAccess.Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.environment = environment
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Both pipes are emptied while the child runs, else a full one would stop it.
    let drain = DispatchQueue(label: "credential_process", attributes: .concurrent)
    let readers = DispatchGroup()
    let (outputText, errorText) = (Collected(), Collected())
    for (pipe, text) in [(output, outputText), (errors, errorText)] {
        drain.async(group: readers) { text.fill(from: pipe.fileHandleForReading) }
    }
    let isDone = readers.wait(timeout: .now() + .milliseconds(limit.wholeMilliseconds)) == .success
    // A program that closed its output is about to end. Foundation learns of the end by a thread of its own.
    let hasEnded = isDone && hasEnded(process, within: .seconds(5))
    if !hasEnded { kill(process.processIdentifier, SIGKILL) }
    return ProcessAccess.Outcome(
        exitCode: hasEnded ? process.terminationStatus : nil, output: outputText.bytes, errors: errorText.bytes)
}

/// Asked again and again, because Foundation's own wait has no limit.
private func hasEnded(_ process: Process, within limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    while process.isRunning {
        guard ContinuousClock.now < end else { return false }
        usleep(2000)
    }
    return true
}

/// Bytes of a pipe, filled in one thread and read in another.
private final class Collected: Sendable {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] { collected.withLock { $0 } }

    func fill(from handle: FileHandle) {
        while let part = try? handle.read(upToCount: 65_536), !part.isEmpty {
            collected.withLock { $0 += part }
        }
    }
}
