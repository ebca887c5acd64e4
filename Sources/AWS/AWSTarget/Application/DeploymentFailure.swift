import AWSServices
import AWSWire
import Resources
import Stacks

/// Why a deployment failed: what ECS says, the tasks that ended, and the last lines they wrote.
enum DeploymentFailure {
    /// So many of the newest ended tasks are shown.
    private static let tasks = 2
    /// ECS describes so many tasks at a time.
    private static let batch = 100

    static func report(
        _ reason: String, of service: ECS.Service, at address: Address, _ wanted: ECSServiceSettings, _ work: Work
    ) async throws -> Report {
        let ended = try await endedTasks(of: service, wanted, work)
        let alarms = try await rung(alarms(behind: reason, service), work)
        return report(
            reason, at: address, alarms: alarms, ended: ended,
            events: service.events.prefix(3).compactMap(\.message))
    }

    /// The alarms of a deployment that one of them has ended; none where something else has. Once ECS has gone back, only the
    /// newest of its events that tells of a failure says why.
    static func alarms(behind reason: String, _ service: ECS.Service) -> [String] {
        let verdict = service.events.compactMap(\.message).first { $0.contains("deployment failed") }
        let said = reason.hasPrefix(Rollout.wentBack) ? verdict ?? "" : reason
        guard said.contains("alarm detected") else { return [] }
        return service.deploymentConfiguration?.alarms?.alarmNames ?? []
    }

    /// Of several those that are on; all of them when none is any more.
    private static func rung(_ names: [String], _ work: Work) async throws -> [String] {
        guard names.count > 1 else { return names }
        let answer = try await work.call(
            CloudWatch.DescribeAlarmsRequest(alarmNames: names, alarmTypes: ["MetricAlarm"], maxRecords: names.count))
        let on = answer.metricAlarms.filter { $0.stateValue == .alarm }.compactMap(\.alarmName)
        return on.isEmpty ? names : on
    }

    /// Pure: how it reads.
    static func report(
        _ reason: String, at address: Address, alarms: [String] = [], ended: [EndedTask], events: [String]
    ) -> Report {
        let names = alarms.joined(separator: " or ")
        var details =
            alarms.isEmpty
            ? [] : [Report.Detail("alarm", "\(names) went off while the new version took over, so ECS took it back")]
        for task in ended { details += task.details }
        if ended.isEmpty { details += events.map { Report.Detail("event", $0) } }
        return Report(
            "the deployment of \(address) failed: \(reason)",
            details: details + [
                Report.Detail("state", "ECS keeps running what ran before, if anything did"),
                Report.Detail("next", "mend the cause, then run the same command: it deploys again"),
            ])
    }

    private static func endedTasks(
        of service: ECS.Service, _ wanted: ECSServiceSettings, _ work: Work
    ) async throws -> [EndedTask] {
        let list = ECS.ListTasksRequest(
            cluster: wanted.cluster.text, maxResults: batch, serviceName: wanted.name.text, desiredStatus: "STOPPED")
        let arns = try await work.call(list).taskArns
        guard !arns.isEmpty else { return [] }
        let answer = try await work.call(ECS.DescribeTasksRequest(tasks: arns, cluster: wanted.cluster.text))
        let ended = answer.tasks.filter { $0.taskDefinitionArn == wanted.taskDefinition.text }.map(EndedTask.init(_:))
            .sorted { $0.stoppedAt > $1.stoppedAt }.prefix(tasks)
        return try await EndedTask.withLastLines(Array(ended), of: wanted.taskDefinition.text, work)
    }
}
