import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// One-off tasks.
extension AWSCloudStack {
    /// By which they are told from the service's and from those of a release.
    private static let starter = "terrace/run"

    package func startTask(
        of service: Observed, container: String, running words: [String]
    ) async throws -> CloudTask {
        guard case .ecsService(let settings) = service.settings else {
            throw Report("\(service.address) is no service", state: "nothing was started")
        }
        return try await reportingRefusals("start a task of \(service.address)") {
            let token = StableHash.text("run \(connection.run) \(service.address)")
            let answer = try await work.call(AWSCloudStack.request(settings, container, words, token: token))
            guard let id = answer.tasks.first?.taskArn else {
                throw Report(
                    "cannot start a task of \(service.address): \(answer.failures.first?.reason ?? "ECS gave no reason")",
                    state: "nothing was started", next: "run the same command again in a while")
            }
            let log = try await EndedTask.logs(of: settings.taskDefinition.text, work)[container].map { log in
                CloudTask.Log(
                    group: log.group.text,
                    stream: "\(log.prefix)/\(container)/\(id.split(separator: "/").last ?? "")")
            }
            return CloudTask(id: id, cluster: settings.cluster.text, container: container, log: log)
        }
    }

    private static func request(
        _ service: ECSServiceSettings, _ container: String, _ words: [String], token: String
    ) -> ECS.RunTaskRequest {
        ECS.RunTaskRequest(
            taskDefinition: service.taskDefinition.text, cluster: service.cluster.text, count: 1,
            enableECSManagedTags: true, launchType: "FARGATE",
            networkConfiguration: ECS.NetworkConfiguration(
                awsvpcConfiguration: ECS.AwsVpcConfiguration(
                    subnets: service.subnets.map(\.text), securityGroups: service.groups.map(\.text),
                    assignPublicIp: "DISABLED")),
            overrides: ECS.TaskOverride(
                containerOverrides: [ECS.ContainerOverride(name: container, command: words)]),
            propagateTags: "TASK_DEFINITION", startedBy: starter, clientToken: token)
    }

    package func look(at task: CloudTask, after mark: String?) async throws -> CloudTaskLook {
        try await reportingRefusals("look at the task \(task.name)") {
            let work = work
            let request = ECS.DescribeTasksRequest(tasks: [task.id], cluster: task.cluster)
            // What is known of the task before its lines: a task that has ended writes no more.
            let seen = try await work.call(request).tasks.first
            let lines = try await lines(of: task, after: mark, work)
            guard let seen else {
                let reason = "ECS knows the task no more"
                return CloudTaskLook(
                    state: "gone", lines: lines.lines, mark: lines.mark, end: .init(exitCode: nil, reason: reason))
            }
            let ended = seen.lastStatus == "STOPPED" ? EndedTask(seen) : nil
            let exit = seen.containers.first { $0.name == task.container }?.exitCode
            return CloudTaskLook(
                state: (seen.lastStatus ?? "on its way").lowercased(), lines: lines.lines, mark: lines.mark,
                end: ended.map { CloudTaskLook.End(exitCode: exit, reason: $0.reason) })
        }
    }

    /// CloudWatch gives at most a megabyte at a time, and the same mark again at the end of what there is.
    private func lines(
        of task: CloudTask, after mark: String?, _ work: Work
    ) async throws -> (lines: [String], mark: String?) {
        guard let log = task.log else { return ([], nil) }
        var (lines, mark) = ([String](), mark)
        while true {
            let request = Logs.GetLogEventsRequest(
                logStreamName: log.stream, logGroupName: log.group, nextToken: mark, startFromHead: true)
            // There is none before the first line.
            guard let answer = try await work.callIfThere(request) else { return (lines, mark) }
            lines += answer.events.compactMap(\.message)
            guard let next = answer.nextForwardToken, next != mark else { return (lines, mark) }
            mark = next
            if answer.events.isEmpty { return (lines, mark) }
        }
    }

    package func stop(_ task: CloudTask) async throws {
        try await reportingRefusals("stop the task \(task.name)") {
            _ = try await work.callIfThere(ECS.StopTaskRequest(task: task.id, cluster: task.cluster))
        }
    }
}
