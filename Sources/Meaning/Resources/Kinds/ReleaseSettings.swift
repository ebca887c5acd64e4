/// One task of a service's version, with a command of its own, that must succeed before the service gets that version. Each
/// version has one release; a command that changes alone is no new version.
package struct ReleaseSettings: ResourceSettings {
    package static let kind = ResourceKind.release
    /// On the revision whose release has succeeded: by which task.
    package static let tag = "terrace:released"
    /// ARN with the revision: the version.
    package var taskDefinition: Value
    /// The cluster's ARN.
    package var cluster: Value
    /// Which of the task's containers runs the command.
    package var container: String
    package var command: [String]
    package var subnets: [Value]
    package var groups: [Value]

    package init(
        taskDefinition: Value, cluster: Value, container: String, command: [String], subnets: [Value], groups: [Value]
    ) {
        self.taskDefinition = taskDefinition
        self.cluster = cluster
        self.container = container
        self.command = command
        self.subnets = subnets
        self.groups = groups
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&taskDefinition)
        visit(&cluster)
        subnets.visitValues(visit)
        groups.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("task-definition", taskDefinition), Field("command", command, .onlyAtCreation),
            Field("container", container, .onlyAtCreation), Field("cluster", cluster, .onlyAtCreation),
            Field("subnets", set: subnets, .onlyAtCreation), Field("groups", set: groups, .onlyAtCreation),
        ]
    }
}
