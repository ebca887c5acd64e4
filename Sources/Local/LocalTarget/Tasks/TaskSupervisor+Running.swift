import Processes
package import Stacks

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
        lastRun += 1
        return try await once(name, .words(words), task: "\(name).run-\(lastRun)", limit: nil, each).process
    }

    /// Runs a job's command likewise, and ends it after its timeout.
    package func run(_ job: ScheduledJob, each: @escaping @Sendable (LogLine) -> Void) async throws -> JobEnd {
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
    ) async throws -> JobEnd {
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
        report(task, Diagnosis.text(exit.exit, exceeded: running.exceeded))
        await running.removeCgroup()
        switch exit.exit {
        case .code(let code): return JobEnd(.code(code), hasTimedOut: exit.hasTimedOut)
        case .signal(let number): return JobEnd(.signal(number), hasTimedOut: exit.hasTimedOut)
        }
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
