import Foundation
package import Processes
package import Stacks

/// The tasks of one service, ready for `ServiceStatus`.
package struct ServiceTasks: Sendable, Equatable {
    package var name: String
    package var routes: [RoutePattern]
    package var takesRequests: Bool
    package var desired: Int
    package var tasks: [TaskStatus]
    /// Every task is healthy and of the version asked for.
    package var isSteady: Bool
}

extension TaskSupervisor {
    /// How long a task that fails its first health checks is called starting and nothing more is said of it.
    static let patience = Duration.seconds(5)

    /// In the manifest's order; services that are being removed come last.
    package func status() -> [ServiceTasks] {
        let leaving = supervised.keys.filter { !order.contains($0) }.sorted()
        return (order + leaving).compactMap { supervised[$0] }.map { entry in
            ServiceTasks(
                name: entry.service.name, routes: entry.service.routes, takesRequests: entry.service.takesRequests,
                desired: entry.group.count, tasks: entry.group.members.map { taskStatus($0, entry) },
                isSteady: entry.isSteady)
        }
    }

    private func taskStatus(_ member: TaskGroup.Member, _ entry: SupervisedService) -> TaskStatus {
        let running = entry.running[member.number]
        return TaskStatus(
            id: "\(entry.service.name).\(member.number)", zone: member.zone, port: running?.port ?? 0,
            pid: running?.child.pid, state: state(member), reason: reason(member, running), restarts: member.restarts,
            since: running?.startedAt ?? entry.endedAt[member.number] ?? Date())
    }

    private func state(_ member: TaskGroup.Member) -> TaskStatus.State {
        switch member.phase {
        case .starting: .starting
        case .healthy: .healthy
        case .unhealthy: .unhealthy
        case .backingOff: .backingOff
        case .stopping: .draining
        }
    }

    private func reason(_ member: TaskGroup.Member, _ running: RunningTask?) -> String? {
        if member.isHealthy { return running?.overrun.map(Diagnosis.text) }
        guard let failure = member.failure else { return nil }
        let loop = member.backoff.isCrashLoop ? "crash loop, \(member.backoff.failures) failures in a row: " : ""
        return loop + failure.message + (failure.next.map { " – \($0)" } ?? "")
    }

    /// What does not mend itself, or has not so far; the most urgent first.
    package func problems() -> [Problem] {
        order.compactMap { supervised[$0] }.flatMap { entry in
            blocked(entry) + entry.group.members.compactMap { problem($0, entry) }
        }
    }

    /// Only those that stand in the way of the version that is wanted. A task that is not healthy yet may still be within the
    /// grace that its manifest gives it, however slowly it starts.
    func problemsOfTarget(_ entry: SupervisedService) -> [Problem] {
        // Whether a version that takes another one's place is given up is for its rollout to say.
        guard entry.rollout?.isUnderWay != true else { return blocked(entry) }
        let members = entry.group.members.filter { $0.version == entry.targetNumber }
        let problems = blocked(entry) + members.filter { !$0.isStarting }.compactMap { problem($0, entry) }
        guard let (number, why) = entry.givenUp, entry.group.isSteady || !problems.isEmpty else { return problems }
        return [givenUp(number, why, entry)] + problems
    }

    private func givenUp(_ number: Int, _ why: Rollout.GivenUp, _ entry: SupervisedService) -> Problem {
        let name = entry.service.name
        return Problem(
            subject: "service \(name)", message: "release \(number) was given up: \(why.reason)",
            next: "mend it, then `terrace deploy \(name)`; `terrace logs \(name)` shows what it wrote",
            lines: why.lines)
    }

    private func blocked(_ entry: SupervisedService) -> [Problem] {
        [entry.setupFailure, entry.releaseFailure].compactMap { $0 }.map {
            Problem(subject: "service \(entry.service.name)", message: $0.message, next: $0.next)
        }
    }

    private func problem(_ member: TaskGroup.Member, _ entry: SupervisedService) -> Problem? {
        guard let failure = member.failure else { return nil }
        // The first failures of a task may pass; a loop, a program that is not there and a failed health check do not.
        switch member.phase {
        case .healthy, .stopping: return nil
        case .starting(let since): guard .now - since > TaskSupervisor.patience else { return nil }
        case .backingOff: guard member.backoff.isCrashLoop || failure.next != nil else { return nil }
        case .unhealthy: break
        }
        let loop = member.backoff.isCrashLoop ? "crash loop, \(member.backoff.failures) failures in a row: " : ""
        let hint = "`terrace logs \(entry.service.name)` shows what it wrote"
        return Problem(
            subject: "task \(entry.service.name).\(member.number)", message: loop + failure.message,
            next: failure.next ?? hint)
    }

    /// Processor time and memory of every running task, by its id; what its children use included.
    package func usage() -> [String: ProcessUsage] {
        let table = ProcessTable.current()
        var usage: [String: ProcessUsage] = [:]
        for (name, entry) in supervised {
            for (number, running) in entry.running {
                var used = table.usage(of: running.child.pid)
                // Its cgroup also knows what has ended meanwhile.
                if let time = running.cgroup?.processorTime { used.processorTime = time }
                usage["\(name).\(number)"] = used
            }
        }
        return usage
    }
}
