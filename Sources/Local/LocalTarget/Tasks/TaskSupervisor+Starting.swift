import Foundation
import Processes
import Stacks

extension TaskSupervisor {
    /// A worker takes no requests, so nobody checks its health: it counts as healthy once it has run this long.
    static let workerSettleTime = Duration.seconds(1)

    /// How long the last words of an ended process may take through its pipe.
    static let outputWait = Duration.milliseconds(200)

    func start(_ name: String, number: Int, zone: String) {
        guard let entry = supervised[name], let member = entry.group.member(number),
            let version = entry.version(of: member)
        else { return }
        let task = "\(name).\(number)"
        do {
            let port = try ports.take()
            do {
                let running = try launch(
                    version.command, version, service: entry.service, task: task, zone: zone, port: port)
                supervised[name]?.running[number] = running
                announce(name, member, running)
            } catch {
                ports.giveBack(port)
                throw error
            }
        } catch {
            let failed = error as? TaskFailure ?? TaskFailure("\(error)")
            let wait = supervised[name]?.group.ended(number, failed, at: .now)
            report(task, failed.message + retryNote(wait))
            noteFailure(name, version: member.version, failed, lines: [])
        }
    }

    private func announce(_ name: String, _ member: TaskGroup.Member, _ running: RunningTask) {
        let (number, zone) = (member.number, member.zone)
        let task = "\(name).\(number)"
        report(task, "started in zone \(zone), port \(running.port), pid \(running.child.pid)")
        running.child.whenExited { [weak self] exit in
            Task { await self?.childExited(name, number: number, exit: exit) }
        }
        if supervised[name]?.service.takesRequests == true {
            traffic.taskStarted(
                TaskEndpoint(id: task, service: name, zone: zone, port: running.port, version: member.version))
        } else {
            Task { [weak self] in
                // Nobody cancels this task.
                try? await Task.sleep(for: TaskSupervisor.workerSettleTime)
                await self?.taskBecameHealthy(task)
            }
        }
    }

    /// Starts one process with its output going to the service's log.
    func launch(
        _ command: Command, _ version: ServiceVersion, service: Service, task: String, zone: String, port: Int,
        each: (@Sendable (LogLine) -> Void)? = nil
    ) throws -> RunningTask {
        let values = version.environment.values(task: task, zone: zone, port: port)
        let command = try placed(command, version.files)
        let invocation = try Invocation(command, folder: settings.manifestFolder, environment: values)
        guard let out = OutputPipe() else { throw TaskSupervisor.noDescriptors }
        guard let err = OutputPipe() else {
            out.closeReadEnd()
            out.closeWriteEnd()
            throw TaskSupervisor.noDescriptors
        }
        let request = ChildProcess.Request(
            executable: invocation.executable, arguments: invocation.arguments, environment: values,
            directory: settings.manifestFolder.path(percentEncoded: false), standardOutput: out.writeEnd,
            standardError: err.writeEnd, leftoverTimeout: invocation.hasShell ? service.stopTimeout : .zero)
        var cgroup = cgroup(for: task, version)
        let spawned = Result { () throws(SpawnError) in try spawn(request, task: task, &cgroup) }
        out.closeWriteEnd()
        err.closeWriteEnd()
        switch spawned {
        case .failure(let error):
            out.closeReadEnd()
            err.closeReadEnd()
            throw TaskSupervisor.failure(from: error)
        case .success(let child):
            let output = TaskOutput(streams: 2, each: each)
            logs.attach(out, service: service.name, task: task, stream: .out, output: output)
            logs.attach(err, service: service.name, task: task, stream: .err, output: output)
            return RunningTask(
                child: child, port: port, startedAt: Date(), startedInstant: .now, output: output, cgroup: cgroup)
        }
    }

    /// The command with the files of its release in their places.
    func placed(_ command: Command, _ files: [ReleaseFile]) throws -> Command {
        var places: [String: String] = [:]
        for file in files {
            let place = try releases.place(of: file)
            if place != file.path { places[file.word] = place }
        }
        return places.isEmpty ? command : CommandFiles.replacing(places, in: command)
    }

    private static let noDescriptors = TaskFailure(
        "no free file descriptors for its output", next: "raise the limit: `ulimit -n`")

    private static func failure(from error: SpawnError) -> TaskFailure {
        // The file was there a moment ago: it is the interpreter in its first line that is not.
        guard error.isMissingExecutable else { return TaskFailure("\(error)") }
        return TaskFailure(
            "\(error)", next: "the file is there: look at the interpreter its first line names, or its architecture")
    }

    func childExited(_ name: String, number: Int, exit: ChildProcess.Exit) async {
        guard let running = supervised[name]?.running[number] else { return }
        let task = "\(name).\(number)"
        traffic.taskEnded(task)
        await running.output.complete(within: TaskSupervisor.outputWait)
        // Everything may have changed during the wait.
        guard let entry = supervised[name], entry.running[number] != nil else { return }
        supervised[name]?.ended(number, at: Date())
        ports.giveBack(running.port)
        noteEnd(name, task, exit, exceeded: running.exceeded)
        let member = entry.group.member(number)
        let wasAsked = member?.isStopping ?? true
        let failure = Diagnosis.ended(
            exit, after: .now - running.startedInstant, wasHealthy: member?.isHealthy ?? true,
            tail: running.output.tail, exceeded: running.exceeded)
        Task { await running.removeCgroup() }
        let wait = supervised[name]?.group.ended(number, failure, at: .now)
        if wasAsked || isStopping {
            report(task, "stopped (\(exit))")
        } else {
            report(task, failure.message + retryNote(wait))
            noteFailure(name, version: member?.version, failure, lines: running.output.tail)
        }
        reconcile(name)
    }

    private func retryNote(_ wait: Duration?) -> String {
        wait.map { "; next try in \(Diagnosis.text($0))" } ?? ""
    }
}
