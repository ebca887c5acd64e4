import Stacks

/// Jobs: a state machine for each, which runs its task, and a schedule, which starts that; the group that the schedules are in; and
/// the two roles with which EventBridge Scheduler and Step Functions do so. Nothing of it without a job.
extension StackResources {
    var schedulerRole: Address { address(.application, .role, "scheduler") }
    var jobsRole: Address { address(.application, .role, "jobs") }
    var scheduleGroup: Address { address(.application, .scheduleGroup) }
    func schedule(_ job: ScheduledJob) -> Address { address(.application, .schedule, job.name) }
    func stateMachine(_ job: String) -> Address { address(.application, .stateMachine, job) }

    var jobs: [Resource] {
        guard !stack.jobs.isEmpty else { return [] }
        let group = Resource(scheduleGroup, .scheduleGroup(ScheduleGroupSettings(name: Value(scheduleGroupName))))
        return [group] + stack.jobs.compactMap(stateMachineResource) + stack.jobs.map(scheduleResource)
    }

    private var scheduleGroupName: String { names.name(limit: 64) }

    /// By its name alone, so that the role which may start it does not wait for it.
    private func stateMachineName(_ job: ScheduledJob) -> String { names.name(job.name, limit: 80) }

    private func stateMachineResource(_ job: ScheduledJob) -> Resource? {
        guard let service = stack.services.first(where: { $0.name == job.service }) else { return nil }
        return Resource(
            stateMachine(job.name),
            .stateMachine(
                StateMachineSettings(
                    name: Value(stateMachineName(job)),
                    // Step Functions tries whether it may take the role on.
                    role: arn(jobsRole, when: .ready), timeout: job.timeout.wholeSeconds,
                    cluster: arn(ecsCluster, when: .ready), taskDefinition: arn(taskDefinition(service)),
                    container: service.name, command: job.command.words,
                    subnets: subnets(.application).map { id($0) }, groups: [id(group(.tasks))])),
            // A job runs the version that serves: a new one that fails its deployment never comes here.
            needs: [Dependency(ecsService(service), .ready)])
    }

    private func scheduleResource(_ job: ScheduledJob) -> Resource {
        Resource(
            schedule(job),
            .schedule(
                ScheduleSettings(
                    name: Value(names.name(job.name, limit: 64)), group: name(of: scheduleGroup),
                    expression: SchedulerCron.expression(job.schedule), timezone: job.timezone,
                    // Scheduler tries whether it may take the role on.
                    role: arn(schedulerRole, when: .ready), target: arn(stateMachine(job.name), when: .ready))))
    }

    // MARK: The roles

    var jobRoles: [Resource] {
        guard !stack.jobs.isEmpty else { return [] }
        return [
            role(
                schedulerRole, "scheduler", "EventBridge Scheduler starts the runs of jobs",
                trust(
                    "scheduler.amazonaws.com", for: arn(of: "scheduler", "schedule-group/\(scheduleGroupName)")),
                ["start-jobs": PolicyDocument([startStatement])]),
            role(
                jobsRole, "jobs", "Step Functions runs the tasks of jobs and ends them at their timeouts",
                trust("states.amazonaws.com", for: arn(of: "states", "stateMachine:*")),
                ["run-jobs": PolicyDocument(runStatements)]),
        ]
    }

    private func role(
        _ address: Address, _ word: String, _ description: String, _ trust: PolicyDocument,
        _ policies: [String: PolicyDocument]
    ) -> Resource {
        Resource(
            address,
            .role(
                RoleSettings(
                    name: Value(names.name(word, limit: 64)), path: rolePath, description: description, trust: trust,
                    policies: policies, managedPolicies: [])))
    }

    private var startStatement: PolicyStatement {
        PolicyStatement(
            "Start", actions: ["states:StartExecution"],
            resources: stack.jobs.map { arn(of: "states", "stateMachine:\(stateMachineName($0))") })
    }

    /// Source: Step Functions developer guide, IAM policies for Amazon ECS, read 2026-11.
    private var runStatements: [PolicyStatement] {
        let families = stack.services.filter { service in stack.jobs.contains { $0.service == service.name } }
            .map { arn(of: "ecs", "task-definition/\(names.name($0.name, limit: 255)):*") }
        let tasks = arn(of: "ecs", "task/\(name(of: ecsCluster))/*")
        return [
            PolicyStatement(
                "Start", actions: ["ecs:RunTask"], resources: families,
                conditions: [PolicyCondition("ArnEquals", "ecs:cluster", [arn(ecsCluster)])]),
            // The tags of the definition are written in the call that starts the task.
            PolicyStatement(
                "Tag", actions: ["ecs:TagResource"], resources: [tasks],
                conditions: [PolicyCondition("StringEquals", "ecs:CreateAction", ["RunTask"])]),
            PolicyStatement(
                "End", actions: ["ecs:StopTask", "ecs:DescribeTasks"], resources: [tasks],
                conditions: [PolicyCondition("ArnEquals", "ecs:cluster", [arn(ecsCluster)])]),
            PolicyStatement(
                "Roles", actions: ["iam:PassRole"], resources: [arn(executionRole), arn(taskRole)],
                conditions: [PolicyCondition("StringEquals", "iam:PassedToService", ["ecs-tasks.amazonaws.com"])]),
            // By a rule of its own in the account Step Functions learns that a task has ended.
            PolicyStatement(
                "Ends", actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
                resources: [arn(of: "events", "rule/StepFunctionsGetEventsForECSTaskRule")]),
        ]
    }
}
