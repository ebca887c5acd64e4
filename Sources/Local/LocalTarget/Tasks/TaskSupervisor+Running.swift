import Processes
import Stacks

/// How a one-off task ended.
package enum RunEnd: Codable, Sendable, Equatable {
    case code(Int)
    case signal(Int)
}

// One-off tasks.
extension TaskSupervisor {
    /// Runs `words` with what a task of the service finds, and returns when it has ended. It is ended when the caller's task is
    /// cancelled, and with the stack.
    package func run(
        _ name: String, _ words: [String], each: @escaping @Sendable (LogLine) -> Void
    ) async throws -> RunEnd {
        guard let entry = supervised[name], let version = entry.settled, !isStopping else {
            throw Report(
                "nothing of \(name) runs, so there is no release to run a command of", next: "see `terrace status`")
        }
        lastRun += 1
        let task = "\(name).run-\(lastRun)"
        let port: Int
        let running: RunningTask
        do {
            port = try ports.take()
            running = try launch(
                .words(words), version, service: entry.service, task: task, zone: settings.zones.first ?? "a",
                port: port, each: each)
        } catch {
            let failure = failure(from: error)
            throw Report("cannot run a task of \(name): \(failure.message)", next: failure.next)
        }
        defer { ports.giveBack(port) }
        report(task, "started, pid \(running.child.pid)")
        runs[task] = running.child
        let timeout = entry.service.stopTimeout
        let exit = await withTaskCancellationHandler {
            await running.child.waitForExit()
        } onCancel: {
            Task { await Ending.end(running.child, timeout: timeout) }
        }
        runs[task] = nil
        await running.output.complete(within: TaskSupervisor.outputWait)
        report(task, "ended with \(exit)")
        switch exit {
        case .code(let code): return .code(code)
        case .signal(let number): return .signal(number)
        }
    }
}
