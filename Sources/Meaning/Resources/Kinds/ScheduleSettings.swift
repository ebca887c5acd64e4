/// The schedules of a stack. AWS cannot tag a schedule: its group carries the tags of all.
package struct ScheduleGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.scheduleGroup
    package var name: Value

    package init(name: Value) { self.name = name }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] { [Field("name", name, .replace("its name is its identity"))] }
}

/// Starts one task at certain times, with a command in place of the container's own.
package struct ScheduleSettings: ResourceSettings {
    package static let kind = ResourceKind.schedule
    package var name: Value
    /// The group's name.
    package var group: Value
    /// `cron(30 3 ? * 2-6 *)`; see `SchedulerCron`.
    package var expression: String
    /// Whose clock the expression goes by: `UTC`, `Europe/Berlin`.
    package var timezone: String
    package var isEnabled: Bool
    /// At its minute, not somewhere in a window behind it.
    package var isPunctual: Bool
    package var retry: StartRetry
    /// ARN of the role with which Scheduler starts the task.
    package var role: Value
    /// The cluster's ARN.
    package var cluster: Value
    /// ARN with the revision.
    package var taskDefinition: Value
    package var container: String
    package var command: [String]
    package var subnets: [Value]
    package var groups: [Value]
    package var hasPublicAddress: Bool
    package var platformVersion: String
    /// Whether the task gets the tags of its definition, by which costs are told apart.
    package var propagatesTags: Bool

    package init(
        name: Value, group: Value, expression: String, timezone: String, isEnabled: Bool = true,
        isPunctual: Bool = true, retry: StartRetry = StartRetry(), role: Value, cluster: Value, taskDefinition: Value,
        container: String, command: [String], subnets: [Value], groups: [Value], hasPublicAddress: Bool = false,
        platformVersion: String = "LATEST", propagatesTags: Bool = true
    ) {
        self.name = name
        self.group = group
        self.expression = expression
        self.timezone = timezone
        self.isEnabled = isEnabled
        self.isPunctual = isPunctual
        self.retry = retry
        self.role = role
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.container = container
        self.command = command
        self.subnets = subnets
        self.groups = groups
        self.hasPublicAddress = hasPublicAddress
        self.platformVersion = platformVersion
        self.propagatesTags = propagatesTags
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&group)
        visit(&role)
        visit(&cluster)
        visit(&taskDefinition)
        subnets.visitValues(visit)
        groups.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("group", group, .replace("a schedule stays in its group")), Field("expression", expression),
            Field("timezone", timezone), Field("enabled", isEnabled), Field("punctual", isPunctual),
            Field("retry", retry), Field("role", role), Field("cluster", cluster),
            Field("task-definition", taskDefinition), Field("container", container), Field("command", command),
            Field("subnets", set: subnets), Field("groups", set: groups), Field("public-address", hasPublicAddress),
            Field("platform-version", platformVersion), Field("propagates-tags", propagatesTags),
        ]
    }
}

/// How often a start that AWS could not make is tried again, and how late it may still come. A task that has started and fails
/// is no reason to start another.
package struct StartRetry: Sendable, Hashable, FieldConvertible {
    /// 0...185.
    package var attempts: Int
    /// Seconds after its minute; 60...86400.
    package var longestDelay: Int

    /// A start that comes much later would be no start at its time.
    package init(attempts: Int = 5, longestDelay: Int = 600) {
        self.attempts = attempts
        self.longestDelay = longestDelay
    }

    package var fieldValue: FieldValue { "\(attempts) times within \(longestDelay) s".fieldValue }
}
