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

/// The lines that come through a descriptor, read on a thread of its own.
enum DescriptorLines {
    static func read(_ handle: FileHandle) -> AsyncStream<String> {
        let (lines, feed) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4096))
        Thread.detachNewThread {
            var rest = Data()
            while let data = try? handle.read(upToCount: 64 << 10), !data.isEmpty {
                rest.append(data)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    feed.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            feed.finish()
        }
        return lines
    }
}
