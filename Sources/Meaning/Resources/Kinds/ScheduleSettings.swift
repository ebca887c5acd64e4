/// The schedules of a stack. AWS cannot tag a schedule: its group carries the tags of all.
package struct ScheduleGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.scheduleGroup
    package var name: Value

    package init(name: Value) { self.name = name }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] { [Field("name", name, .replace("its name is its identity"))] }
}

/// Has a job's state machine run at certain times.
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
    /// ARN of the role with which Scheduler starts it.
    package var role: Value
    /// ARN of the state machine.
    package var target: Value

    package init(
        name: Value, group: Value, expression: String, timezone: String, isEnabled: Bool = true,
        isPunctual: Bool = true, retry: StartRetry = StartRetry(), role: Value, target: Value
    ) {
        self.name = name
        self.group = group
        self.expression = expression
        self.timezone = timezone
        self.isEnabled = isEnabled
        self.isPunctual = isPunctual
        self.retry = retry
        self.role = role
        self.target = target
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&group)
        visit(&role)
        visit(&target)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("group", group, .replace("a schedule stays in its group")), Field("expression", expression),
            Field("timezone", timezone), Field("enabled", isEnabled), Field("punctual", isPunctual),
            Field("retry", retry), Field("role", role), Field("target", target),
        ]
    }
}

/// How often a start that AWS could not make is tried again, and how late it may still come. A run that has started and fails
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
