import AWSServices
import AWSWire
import Resources
import Stacks

/// A task that ended, with what it said last.
struct EndedTask: Equatable {
    /// The last part of its ARN.
    var id: String
    var stoppedAt: Int
    var reason: String
    /// The container that ended it, and where its lines are.
    var container: String?
    var lines: [String] = []

    init(_ task: ECS.Task) {
        id = task.taskArn.flatMap { $0.split(separator: "/").last.map(String.init) } ?? ""
        stoppedAt = task.stoppedAt?.seconds ?? 0
        // A container that ended on its own says more than the task, whose reason then only says that one did.
        let guilty =
            task.containers.first { ($0.exitCode ?? 0) != 0 } ?? task.containers.first { $0.reason != nil }
            ?? task.containers.first { $0.exitCode != nil }
        container = guilty?.name ?? task.containers.first?.name
        let exit = guilty.flatMap { container in container.exitCode.map { "\(container.name ?? "") ended with \($0)" } }
        reason = [task.stoppedReason, exit, guilty?.reason].compactMap { $0 }.reduce(into: [String]()) { said, next in
            if !said.contains(next) { said.append(next) }
        }.joined(separator: "; ")
    }

    /// The stream that the `awslogs` driver writes to. Source: ECS, `awslogs-stream-prefix`, read 2026-11.
    func stream(prefix: String) -> String? { container.map { "\(prefix)/\($0)/\(id)" } }
}

extension EndedTask {
    /// How it reads in a report.
    var details: [Report.Detail] {
        [Report.Detail("task", "\(id): \(reason.isEmpty ? "ended without a reason" : reason)")]
            + (lines.isEmpty ? [] : [Report.Detail("log", lines.joined(separator: "\n"))])
    }

    /// So many lines of each are shown.
    private static let lineCount = 8

    /// The same tasks with what each wrote last; all of one task definition.
    static func withLastLines(_ tasks: [EndedTask], of definition: String, _ work: Work) async throws -> [EndedTask] {
        guard !tasks.isEmpty else { return [] }
        let logs = try await logs(of: definition, work)
        return try await tasks.concurrentMap { task in
            var task = task
            if let name = task.container, let log = logs[name], let stream = task.stream(prefix: log.prefix) {
                task.lines = try await lastLines(of: stream, in: log.group.text, work)
            }
            return task
        }
    }

    /// Where each container's lines are.
    static func logs(of definition: String, _ work: Work) async throws -> [String: ContainerLog] {
        let answer = try await work.callIfThere(ECS.DescribeTaskDefinitionRequest(taskDefinition: definition))
        guard let definition = answer?.taskDefinition else { return [:] }
        let containers = TaskDefinitionSettings(definition).containers
        return Dictionary(containers.map { ($0.name, $0.log) }) { first, _ in first }
    }

    private static func lastLines(of stream: String, in group: String, _ work: Work) async throws -> [String] {
        let request = Logs.GetLogEventsRequest(
            logStreamName: stream, logGroupName: group, limit: lineCount, startFromHead: false)
        return try await work.callIfThere(request)?.events.compactMap(\.message) ?? []
    }
}
