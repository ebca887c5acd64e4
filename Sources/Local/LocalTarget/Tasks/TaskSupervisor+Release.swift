import Foundation
import Processes
import Stacks

extension TaskSupervisor {
    /// Longest time of a release command; migrations of large tables belong into steps of their own.
    static let releaseTimeout = Duration.seconds(600)

    /// Runs the release command of the version asked for. One at a time: a newer version waits for the end of this one.
    func startRelease(_ name: String) {
        guard let entry = supervised[name], let version = entry.target, let command = version.release else { return }
        let number = entry.targetNumber
        let task = "\(name).release"
        do {
            let port = try ports.take()
            defer { ports.giveBack(port) }
            let running = try launch(
                command, version, service: entry.service, task: task, zone: settings.zones.first ?? "a", port: port)
            supervised[name]?.isReleasing = true
            supervised[name]?.releaseChild = running.child
            report(task, "started, pid \(running.child.pid)")
            Task { await watchRelease(name, number: number, running) }
        } catch {
            let failure = error as? TaskFailure ?? TaskFailure("\(error)")
            supervised[name]?.releaseFailure = failure
            report(task, failure.message)
        }
    }

    private func watchRelease(_ name: String, number: Int, _ running: RunningTask) async {
        let limit = Task {
            try await Task.sleep(for: TaskSupervisor.releaseTimeout)
            await Ending.end(running.child, timeout: .seconds(5))
        }
        let exit = await running.child.waitForExit()
        limit.cancel()
        await running.output.complete(within: TaskSupervisor.outputWait)
        let exceeded = running.exceeded
        await running.removeCgroup()
        releaseEnded(name, number: number, exit: exit, exceeded, running)
    }

    private func releaseEnded(
        _ name: String, number: Int, exit: ChildProcess.Exit, _ exceeded: ByteCount?, _ running: RunningTask
    ) {
        supervised[name]?.isReleasing = false
        supervised[name]?.releaseChild = nil
        guard let entry = supervised[name], !isStopping else { return }
        let took = ContinuousClock.now - running.startedInstant
        if exit == .code(0) {
            supervised[name]?.releasedNumber = number
            report("\(name).release", "succeeded after \(Diagnosis.text(took))")
        } else {
            let failure = TaskSupervisor.releaseFailure(
                exit, exceeded, took: took, tail: running.output.tail, keepsOld: entry.current != nil)
            // A newer version has its own release command still to run.
            if entry.targetNumber == number {
                supervised[name]?.releaseFailure = failure
                // What failed where nothing else runs is simply tried again.
                if entry.current != nil { record(name) { $0.failed(entry.target?.number ?? 0, failure.message) } }
            }
            report("\(name).release", failure.message)
        }
        adoptTarget(name)
    }

    static func releaseFailure(
        _ exit: ChildProcess.Exit, _ exceeded: ByteCount?, took: Duration, tail: [String], keepsOld: Bool
    ) -> TaskFailure {
        let cause =
            took >= releaseTimeout
            ? "took longer than \(Diagnosis.text(releaseTimeout))" : Diagnosis.text(exit, exceeded: exceeded)
        let silence = exceeded == nil ? ", without any output" : ""
        let last = tail.isEmpty ? silence : ": \(tail.suffix(3).joined(separator: " | "))"
        return TaskFailure(
            "the release command \(cause)\(last)",
            next: (keepsOld ? "the old version goes on; " : "no task is started; ")
                + "mend it, then run `terrace up` again")
    }
}
