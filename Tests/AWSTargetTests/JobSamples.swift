import Resources

/// A schedule, and what it needs to start a task.
extension KindSample {
    private static func role(_ word: String, _ service: String) -> Resource {
        Resource(
            Address(.application, "role", word),
            .role(
                RoleSettings(
                    name: Value("guestbook-\(word)"), path: "/terrace/guestbook/", description: "Starts jobs",
                    trust: PolicyDocument([
                        PolicyStatement("Trust", principals: [.service(service)], actions: ["sts:AssumeRole"])
                    ]), policies: [:], managedPolicies: [])))
    }

    private static let starter = role("scheduler", "scheduler.amazonaws.com")
    private static let runner = role("jobs", "states.amazonaws.com")
    private static let cluster = Resource(
        Address(.application, "cluster"), .ecsCluster(ECSClusterSettings(name: "guestbook")))

    private static func group(_ step: Int) -> Resource {
        Resource(
            Address(.application, "schedule-group"), .scheduleGroup(ScheduleGroupSettings(name: "guestbook")),
            tags: ["step": "\(step)", "only-\(step)": "yes"])
    }

    private static func definition(_ step: Int) -> Resource {
        let container = ContainerSettings(
            name: "web", image: "nginx:\(step)", stopTimeout: 30,
            log: ContainerLog(group: "/terrace/guestbook/web", region: "us-east-1", prefix: "web"))
        return Resource(
            Address(.application, "task-definition", "web"),
            .taskDefinition(
                TaskDefinitionSettings(
                    family: "guestbook-web", cpu: 256, memory: 512, executionRole: "arn:aws:iam::123456789012:role/x",
                    taskRole: "arn:aws:iam::123456789012:role/y", containers: [container])))
    }

    private static func schedule(_ job: String, _ step: Int) -> Resource {
        let isFirst = step == 0
        return Resource(
            Address(.application, "schedule", job),
            .schedule(
                ScheduleSettings(
                    name: Value("guestbook-\(job)"), group: Value(Reference(group(step).address, .name)),
                    expression: isFirst ? "cron(30 3 ? * 2-6 *)" : "cron(0/15 * 1 * ? *)",
                    timezone: isFirst ? "UTC" : "Europe/Berlin", isEnabled: isFirst,
                    retry: isFirst ? StartRetry() : StartRetry(attempts: 0, longestDelay: 60),
                    role: Value(Reference(starter.address, .arn, when: .ready)),
                    target: Value(Reference(machine(job, step).address, .arn)))))
    }

    private static func machine(_ job: String, _ step: Int) -> Resource {
        let isFirst = step == 0
        return Resource(
            Address(.application, "state-machine", job),
            .stateMachine(
                StateMachineSettings(
                    name: Value("guestbook-\(job)"), role: Value(Reference(runner.address, .arn, when: .ready)),
                    timeout: isFirst ? 3600 : 1, cluster: Value(Reference(cluster.address, .arn, when: .ready)),
                    taskDefinition: Value(Reference(definition(step).address, .arn)), container: "web",
                    command: isFirst ? ["./web", job] : ["/bin/sh", "-c", "echo \"$HOME\" \\\n && date"],
                    subnets: isFirst ? ["subnet-1", "subnet-2"] : ["subnet-2"],
                    groups: isFirst ? ["sg-1"] : ["sg-1", "sg-2"], hasPublicAddress: !isFirst,
                    platformVersion: isFirst ? "LATEST" : "1.4.0", propagatesTags: isFirst)),
            tags: ["step": "\(step)", "only-\(step)": "yes"])
    }

    /// As an older Terrace made it: the schedule starts the task itself.
    private static func oldSchedule(_ job: String) -> Resource {
        var resource = schedule(job, 0)
        if case .schedule(var settings) = resource.settings {
            settings.target = Value(Reference(cluster.address, .arn, when: .ready))
            resource = Resource(resource.address, .schedule(settings))
        }
        return resource
    }

    private static func ground(_ step: Int) -> [Resource] {
        [starter, runner, cluster, definition(step), group(step)]
    }

    static let schedules = KindSample(
        "schedule",
        [ground(0) + [oldSchedule("report"), oldSchedule("sweep")]]
            + [0, 1].map { step in
                ground(step)
                    + ["report", "sweep"].flatMap { [machine($0, step), schedule($0, step)] }
            })
}
