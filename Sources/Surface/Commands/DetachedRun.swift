import ArgumentParser
import Foundation
import LocalTarget
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `up --detach`: starts this program again as a supervisor in a session of its own, and shows how it comes up.
struct DetachedRun {
    let place: ManifestPlace
    let stack: Stack

    func callAsFunction() async throws {
        let surroundings = Surroundings.current
        let folder = place.stackFolder
        try folder.create()
        let (child, reports) = try start(folder, surroundings)
        let signals = StopSignals()
        signals.handle { action in
            if action == .stop { surroundings.say("stopping \(stack.fullName); Ctrl-C again stops at once") }
            child.send(action == .stop ? SIGTERM : SIGKILL)
        }
        let style = surroundings.style
        for await line in reports {
            switch try? JSONDecoder().decode(ControlAnswer.self, from: Data(line.utf8)) {
            case .event(let event): surroundings.say(surroundings.eventLine(event, style: style))
            case .status(let status):
                surroundings.output(SummaryView(style: style).text(status))
                return
            case .failed(let report):
                _ = await child.waitForExit()
                throw report
            default: continue
            }
        }
        let exit = await child.waitForExit()
        if signals.wasAsked {
            surroundings.errors(StoppedStart.text(stack.fullName, atOnce: exit == .signal(Int(SIGKILL))) + "\n")
            throw ExitCode(130)
        }
        if exit == .code(SupervisedRun.AlreadyRunning.exitCode) { throw SupervisedRun.AlreadyRunning() }
        throw Report(
            "the supervisor ended before \(stack.fullName) was ready: \(exit)",
            details: [
                Report.Detail("log", SupervisorLog.tail(folder.supervisorLogPath)),
                Report.Detail("next", "the whole log is \(folder.supervisorLogPath)"),
            ])
    }

    /// The supervisor reports through its standard output until it is ready; its standard error is its log.
    private func start(
        _ folder: StackFolder, _ surroundings: Surroundings
    ) throws -> (ChildProcess, AsyncStream<String>) {
        let log = try SupervisorLog.open(folder.supervisorLogPath)
        defer { close(log) }
        let pipe = Pipe()
        var arguments = ["supervise", place.file.path(percentEncoded: false)]
        if let environment = place.environment { arguments += ["--environment", environment] }
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: surroundings.executable, arguments: arguments, environment: surroundings.environment,
                directory: surroundings.workingFolder.path(percentEncoded: false),
                standardOutput: pipe.fileHandleForWriting.fileDescriptor, standardError: log,
                // It is meant to outlive this process.
                parentDeathSignal: 0))
        try pipe.fileHandleForWriting.close()
        return (child, DescriptorLines.read(pipe.fileHandleForReading))
    }
}

/// What is left of a stack whose start the user broke off.
enum StoppedStart {
    static func text(_ stack: String, atOnce: Bool) -> String {
        atOnce
            ? "\(stack) was stopped at once: its processes are gone, its data is kept; `terrace up` clears up and starts it"
            : "\(stack) was stopped before it was ready: nothing of it runs, its data is kept; `terrace up` starts it"
    }
}

/// The lines that come through a descriptor, each as soon as it is there, read on a thread of its own.
enum DescriptorLines {
    static func read(_ handle: FileHandle) -> AsyncStream<String> {
        let (lines, feed) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4096))
        Thread.detachNewThread {
            var rest: [UInt8] = []
            // Not `FileHandle.read(upToCount:)`, which returns when it has all of that or the other end is closed.
            while let bytes = next(handle.fileDescriptor) {
                rest += bytes
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    feed.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeFirst(end + 1)
                }
            }
            feed.finish()
        }
        return lines
    }

    /// What is there, at least one byte; nil at the end.
    private static func next(_ descriptor: CInt) -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = readSome(descriptor, &buffer)
            if count < 0 && errno == EINTR { continue }
            return count > 0 ? buffer[..<count] : nil
        }
    }
}

/// The system's own, out of reach of the method.
private func readSome(_ descriptor: CInt, _ buffer: inout [UInt8]) -> Int { read(descriptor, &buffer, buffer.count) }
