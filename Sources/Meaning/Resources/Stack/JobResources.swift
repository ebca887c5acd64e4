import Stacks

/// Jobs: a schedule for each, the group that they are in, and the role with which EventBridge Scheduler starts their tasks.
/// Nothing of it without a job.
extension StackResources {
    var schedulerRole: Address { address(.application, .role, "scheduler") }
    var scheduleGroup: Address { address(.application, .scheduleGroup) }
    func schedule(_ job: ScheduledJob) -> Address { address(.application, .schedule, job.name) }

    var jobs: [Resource] {
        guard !stack.jobs.isEmpty else { return [] }
        let group = Resource(scheduleGroup, .scheduleGroup(ScheduleGroupSettings(name: Value(scheduleGroupName))))
        return [group] + stack.jobs.compactMap(scheduleResource)
    }

    private var scheduleGroupName: String { names.name(limit: 64) }

    private func scheduleResource(_ job: ScheduledJob) -> Resource? {
        guard let service = stack.services.first(where: { $0.name == job.service }) else { return nil }
        return Resource(
            schedule(job),
            .schedule(
                ScheduleSettings(
                    name: Value(names.name(job.name, limit: 64)), group: name(of: scheduleGroup),
                    expression: SchedulerCron.expression(job.schedule), timezone: job.timezone,
                    // Scheduler tries whether it may take the role on.
                    role: arn(schedulerRole, when: .ready), cluster: arn(ecsCluster, when: .ready),
                    taskDefinition: arn(taskDefinition(service)), container: service.name, command: job.command.words,
                    subnets: subnets(.application).map { id($0) }, groups: [id(group(.tasks))])),
            // A job runs the version that serves: a new one that fails its deployment never comes here.
            needs: [Dependency(ecsService(service), .ready)])
    }

    // MARK: The role

    var schedulerRoles: [Resource] {
        guard !stack.jobs.isEmpty else { return [] }
        return [
            Resource(
                schedulerRole,
                .role(
                    RoleSettings(
                        name: Value(names.name("scheduler", limit: 64)), path: rolePath,
                        description: "EventBridge Scheduler starts the tasks of jobs",
                        trust: trust(
                            "scheduler.amazonaws.com",
                            for: arn(of: "scheduler", "schedule-group/\(scheduleGroupName)")),
                        policies: ["start-jobs": PolicyDocument(schedulerStatements)], managedPolicies: [])))
        ]
    }

    private var schedulerStatements: [PolicyStatement] {
        let families = stack.services.filter { service in stack.jobs.contains { $0.service == service.name } }
            .map { arn(of: "ecs", "task-definition/\(names.name($0.name, limit: 255)):*") }
        return [
            PolicyStatement(
                "Start", actions: ["ecs:RunTask"], resources: families,
                conditions: [PolicyCondition("ArnEquals", "ecs:cluster", [arn(ecsCluster)])]),
            // The tags of the definition are written in the call that starts the task.
            PolicyStatement(
                "Tag", actions: ["ecs:TagResource"], resources: [arn(of: "ecs", "task/\(name(of: ecsCluster))/*")],
                conditions: [PolicyCondition("StringEquals", "ecs:CreateAction", ["RunTask"])]),
            PolicyStatement(
                "Roles", actions: ["iam:PassRole"], resources: [arn(executionRole), arn(taskRole)],
                conditions: [PolicyCondition("StringEquals", "iam:PassedToService", ["ecs-tasks.amazonaws.com"])]),
        ]
    }
}
