import AWSServices
import AWSWire
import Resources

extension ScheduleSettings {
    /// As Scheduler tells it. One that starts something other than a task says nothing where a task's settings are asked for.
    init(_ schedule: Scheduler.GetScheduleResponse) {
        let (target, task) = (schedule.target, schedule.target?.ecsParameters)
        let network = task?.networkConfiguration?.awsvpcConfiguration
        let override = ContainerCommand(answer: target?.input ?? "")
        self.init(
            name: Value(schedule.name ?? ""), group: Value(schedule.groupName ?? ""),
            expression: schedule.scheduleExpression ?? "",
            timezone: schedule.scheduleExpressionTimezone ?? "UTC", isEnabled: schedule.state == .enabled,
            isPunctual: schedule.flexibleTimeWindow?.mode == .off, retry: StartRetry(target?.retryPolicy),
            role: Value(target?.roleArn ?? ""), cluster: Value(target?.arn ?? ""),
            taskDefinition: Value(task?.taskDefinitionArn ?? ""), container: override?.container ?? "",
            command: override?.words ?? [], subnets: (network?.subnets ?? []).map { Value($0) },
            groups: (network?.securityGroups ?? []).map { Value($0) },
            hasPublicAddress: network?.assignPublicIp == .enabled, platformVersion: task?.platformVersion ?? "LATEST",
            propagatesTags: task?.propagateTags == "TASK_DEFINITION")
    }
}

extension StartRetry {
    /// Scheduler's own numbers where nothing is said. Source: `RetryPolicy`, read 2026-11.
    fileprivate init(_ policy: Scheduler.RetryPolicy?) {
        self.init(
            attempts: policy?.maximumRetryAttempts ?? 185, longestDelay: policy?.maximumEventAgeInSeconds ?? 86_400)
    }
}

/// Which container gets which command, out of RunTask's overrides.
struct ContainerCommand: Equatable {
    var container: String
    var words: [String]

    /// Nil for overrides of another form, which are not Terrace's.
    init?(answer text: String) {
        guard let json = try? JSONReader.read(Array(text.utf8)),
            case .list(let overrides)? = json["containerOverrides"],
            overrides.count == 1, let name = overrides[0]["name"]?.string,
            case .list(let words)? = overrides[0]["command"]
        else { return nil }
        container = name
        self.words = words.compactMap(\.string)
    }
}

/// What is said to Scheduler about a schedule.
enum ScheduleCalls {
    /// `token` makes a repeated call the same call.
    static func create(_ schedule: ScheduleSettings, token: String) -> Scheduler.CreateScheduleRequest {
        Scheduler.CreateScheduleRequest(
            flexibleTimeWindow: window(schedule), name: schedule.name.text, scheduleExpression: schedule.expression,
            target: target(schedule), clientToken: token, groupName: schedule.group.text,
            scheduleExpressionTimezone: schedule.timezone, state: state(schedule))
    }

    static func update(_ schedule: ScheduleSettings) -> Scheduler.UpdateScheduleRequest {
        Scheduler.UpdateScheduleRequest(
            flexibleTimeWindow: window(schedule), name: schedule.name.text, scheduleExpression: schedule.expression,
            target: target(schedule), groupName: schedule.group.text, scheduleExpressionTimezone: schedule.timezone,
            state: state(schedule))
    }

    private static func window(_ schedule: ScheduleSettings) -> Scheduler.FlexibleTimeWindow {
        Scheduler.FlexibleTimeWindow(mode: schedule.isPunctual ? .off : .flexible)
    }

    private static func state(_ schedule: ScheduleSettings) -> Scheduler.ScheduleState {
        schedule.isEnabled ? .enabled : .disabled
    }

    private static func target(_ schedule: ScheduleSettings) -> Scheduler.Target {
        Scheduler.Target(
            arn: schedule.cluster.text, roleArn: schedule.role.text, ecsParameters: task(schedule),
            input: schedule.input,
            retryPolicy: Scheduler.RetryPolicy(
                maximumEventAgeInSeconds: schedule.retry.longestDelay, maximumRetryAttempts: schedule.retry.attempts))
    }

    /// On Fargate whatever the service's share of Spot is: nobody starts a job again that Spot has ended.
    private static func task(_ schedule: ScheduleSettings) -> Scheduler.EcsParameters {
        Scheduler.EcsParameters(
            taskDefinitionArn: schedule.taskDefinition.text, enableECSManagedTags: true, launchType: .fargate,
            networkConfiguration: Scheduler.NetworkConfiguration(
                awsvpcConfiguration: Scheduler.AwsVpcConfiguration(
                    subnets: schedule.subnets.map(\.text),
                    assignPublicIp: schedule.hasPublicAddress ? .enabled : .disabled,
                    securityGroups: schedule.groups.map(\.text))),
            platformVersion: schedule.platformVersion,
            propagateTags: schedule.propagatesTags ? "TASK_DEFINITION" : nil, taskCount: 1)
    }
}
