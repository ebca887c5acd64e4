import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension TaskSupervisor {
    func stopTask(_ name: String, number: Int, because reason: String) {
        guard let entry = supervised[name], let running = entry.running[number] else { return }
        let task = "\(name).\(number)"
        report(task, "draining: \(reason)")
        let timeout = entry.service.stopTimeout
        Task { await end(running.child, task: task, timeout: timeout) }
    }

    /// Drains, asks, insists. Returns when the process is gone.
    private func end(_ child: ChildProcess, task: String, timeout: Duration) async {
        await traffic.drain(task)
        await Ending.end(child, timeout: timeout)
    }

    /// Ends every task, all at the same time, and returns when all are gone and the logs are written. Graceful: drained, SIGTERM, then
    /// SIGKILL after the service's stop timeout; otherwise SIGKILL at once. A call that is not graceful hurries an earlier one.
    package func stop(graceful: Bool) async {
        isStopping = true
        var ending: [(task: String, child: ChildProcess, timeout: Duration)] = []
        for (name, entry) in supervised {
            entry.alarm?.cancel()
            supervised[name]?.group.stopAll()
            for (number, running) in entry.running {
                ending.append(("\(name).\(number)", running.child, entry.service.stopTimeout))
            }
            if let child = entry.releaseChild { ending.append(("\(name).release", child, entry.service.stopTimeout)) }
        }
        for (task, child) in runs { ending.append((task, child, .seconds(5))) }
        answerWaiting()
        await withTaskGroup { group in
            for (task, child, timeout) in ending {
                group.addTask {
                    if graceful {
                        await self.end(child, task: task, timeout: timeout)
                    } else {
                        await Ending.kill(child)
                    }
                }
            }
        }
        for (name, entry) in supervised {
            for (number, running) in entry.running {
                await childExited(name, number: number, exit: running.child.waitForExit())
            }
        }
        await closeCgroups()
        await logs.close()
    }
}

/// How a process group is ended.
enum Ending {
    /// SIGTERM to the group, a wait, SIGKILL. Returns when the child is gone.
    static func end(_ child: ChildProcess, timeout: Duration) async {
        child.sendToGroup(SIGTERM)
        let insist = Task {
            try await Task.sleep(for: timeout)
            child.sendToGroup(SIGKILL)
        }
        _ = await child.waitForExit()
        insist.cancel()
    }

    static func kill(_ child: ChildProcess) async {
        child.sendToGroup(SIGKILL)
        _ = await child.waitForExit()
    }
}
