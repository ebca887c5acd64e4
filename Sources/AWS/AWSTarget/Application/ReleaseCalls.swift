import AWSServices
import AWSWire
import Resources
import Stacks

/// What is said to ECS about a release, and to the user about one that failed.
enum ReleaseCalls {
    /// ECS describes so many tasks at a time.
    private static let batch = 100

    static func run(_ release: ReleaseSettings, startedBy starter: String, token: String) -> ECS.RunTaskRequest {
        ECS.RunTaskRequest(
            taskDefinition: release.taskDefinition.text, cluster: release.cluster.text, count: 1,
            enableECSManagedTags: true, launchType: "FARGATE",
            networkConfiguration: ECS.NetworkConfiguration(
                awsvpcConfiguration: ECS.AwsVpcConfiguration(
                    subnets: release.subnets.map(\.text), securityGroups: release.groups.map(\.text),
                    assignPublicIp: "DISABLED")),
            overrides: ECS.TaskOverride(
                containerOverrides: [ECS.ContainerOverride(name: release.container, command: release.command)]),
            propagateTags: "TASK_DEFINITION", startedBy: starter, clientToken: token)
    }

    static func batches(_ arns: [String]) -> [[String]] {
        stride(from: 0, to: arns.count, by: batch).map { Array(arns.dropFirst($0).prefix(batch)) }
    }

    static func failure(at address: Address, _ task: EndedTask) -> Report {
        Report(
            "\(address) failed: its task did not succeed",
            details: task.details + [
                Report.Detail("state", "the service keeps its version; the new one takes no traffic"),
                Report.Detail("next", "mend the cause, then run the same command: the release runs again"),
            ])
    }
}
