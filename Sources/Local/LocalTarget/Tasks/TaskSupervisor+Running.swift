import Processes
package import Stacks

/// How a one-off task's process ended.
package enum RunEnd: Codable, Sendable, Equatable {
    case code(Int)
    case signal(Int)
}

/// How a one-off task ended, and what its exit code does not tell.
package struct TaskEnd: Sendable, Equatable {
    package var process: RunEnd
    package var hasTimedOut: Bool
    /// That the kernel killed processes of it for its memory: `was killed for using more than its 512 MiB`.
    package var overrun: String?

    package init(_ process: RunEnd, hasTimedOut: Bool = false, overrun: String? = nil) {
        self.process = process
        self.hasTimedOut = hasTimedOut
        self.overrun = overrun
    }
}

// One-off tasks.
extension TaskSupervisor {
    /// Runs `words` with what a task of the service finds, and returns when it has ended. It is ended when the caller's task is
    /// cancelled, and with the stack.
    package func run(
        _ name: String, _ words: [String], each: @escaping @Sendable (LogLine) -> Void
    ) async throws -> TaskEnd {
        lastRun += 1
        return try await once(name, .words(words), task: "\(name).run-\(lastRun)", limit: nil, each)
    }

    /// Runs a job's command likewise, and ends it after its timeout.
    package func run(_ job: ScheduledJob, each: @escaping @Sendable (LogLine) -> Void) async throws -> TaskEnd {
        try await once(job.service, job.command, task: "\(job.service).job-\(job.name)", limit: job.timeout, each)
    }

    /// Runs the release command of what serves once more; nil when it succeeded or there is none, else what became of it.
    func repeatRelease(_ name: String) async -> String? {
        guard let command = supervised[name]?.settled?.release else { return nil }
        lastRun += 1
        let task = "\(name).run-\(lastRun)"
        do {
            let end = try await once(name, command, task: task, limit: TaskSupervisor.releaseTimeout) { _ in }
            guard end.process != .code(0) || end.hasTimedOut else { return nil }
            return "the release command failed; `terrace logs \(task)` shows what it wrote"
        } catch {
            return "the release command did not run: \(failure(from: error).message)"
        }
    }

    private func once(
        _ name: String, _ command: Command, task: String, limit: Duration?,
        _ each: @escaping @Sendable (LogLine) -> Void
    ) async throws -> TaskEnd {
        guard let entry = supervised[name], let version = entry.settled, !isStopping else {
            throw Report(
                "nothing of \(name) runs, so there is no release to run a command of", next: "see `terrace status`")
        }
        let port: Int
        let running: RunningTask
        do {
            port = try ports.take()
            running = try launch(
                command, version, service: entry.service, task: task, zone: settings.zones.first ?? "a", port: port,
                each: each)
        } catch {
            let failure = failure(from: error)
            throw Report("cannot run a task of \(name): \(failure.message)", next: failure.next)
        }
        defer { ports.giveBack(port) }
        report(task, "started, pid \(running.child.pid)")
        runs[task] = running.child
        let exit = await TaskSupervisor.end(of: running.child, limit: limit, timeout: entry.service.stopTimeout)
        runs[task] = nil
        await running.output.complete(within: TaskSupervisor.outputWait)
        let exceeded = running.exceeded
        let text = Diagnosis.text(exit.exit, exceeded: exceeded)
        report(task, text)
        await running.removeCgroup()
        let process: RunEnd
        switch exit.exit {
        case .code(let code): process = .code(code)
        case .signal(let number): process = .signal(number)
        }
        return TaskEnd(process, hasTimedOut: exit.hasTimedOut, overrun: exceeded.map { _ in text })
    }

    /// Its own end, or the one that the limit or a cancellation brings.
    private static func end(
        of child: ChildProcess, limit: Duration?, timeout: Duration
    ) async -> (exit: ChildProcess.Exit, hasTimedOut: Bool) {
        await withTaskCancellationHandler {
            let watch = limit.map { limit in
                Task {
                    try await Task.sleep(for: limit)
                    await Ending.end(child, timeout: timeout)
                    return true
                }
            }
            let exit = await child.waitForExit()
            watch?.cancel()
            let hasTimedOut = (try? await watch?.value) ?? false
            return (exit, hasTimedOut)
        } onCancel: {
            Task { await Ending.end(child, timeout: timeout) }
        }
    }
}
