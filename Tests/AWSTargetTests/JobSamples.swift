import Resources

/// A schedule, and what it needs to start a task.
extension KindSample {
    private static let starter = Resource(
        Address(.application, "role", "scheduler"),
        .role(
            RoleSettings(
                name: "guestbook-scheduler", path: "/terrace/guestbook/", description: "Starts jobs",
                trust: PolicyDocument([
                    PolicyStatement(
                        "Trust", principals: [.service("scheduler.amazonaws.com")], actions: ["sts:AssumeRole"])
                ]), policies: [:], managedPolicies: [])))
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
                    cluster: Value(Reference(cluster.address, .arn, when: .ready)),
                    taskDefinition: Value(Reference(definition(step).address, .arn)), container: "web",
                    command: isFirst ? ["./web", job] : ["/bin/sh", "-c", "echo \"$HOME\" \\\n && date"],
                    subnets: isFirst ? ["subnet-1", "subnet-2"] : ["subnet-2"],
                    groups: isFirst ? ["sg-1"] : ["sg-1", "sg-2"], hasPublicAddress: !isFirst,
                    platformVersion: isFirst ? "LATEST" : "1.4.0", propagatesTags: isFirst)))
    }

    static let schedules = KindSample(
        "schedule",
        [0, 1].map { step in
            [starter, cluster, definition(step), group(step), schedule("report", step), schedule("sweep", step)]
        })
}
