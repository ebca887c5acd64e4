/// A state machine of Step Functions that runs one job: it starts one task, with a command in place of the container's own,
/// waits until that has ended, and stops it at the timeout. A task that ends with another exit code than 0 is a run that failed.
package struct StateMachineSettings: ResourceSettings {
    package static let kind = ResourceKind.stateMachine
    package var name: Value
    /// ARN of the role with which Step Functions runs the task.
    package var role: Value
    /// Seconds from the start of a run, in which Fargate's own half minute is, to its end.
    package var timeout: Int
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
    /// Whether its definition is what Terrace makes of these settings, and nothing besides.
    package var isOurs: Bool

    package init(
        name: Value, role: Value, timeout: Int, cluster: Value, taskDefinition: Value, container: String,
        command: [String], subnets: [Value], groups: [Value], hasPublicAddress: Bool = false,
        platformVersion: String = "LATEST", propagatesTags: Bool = true, isOurs: Bool = true
    ) {
        self.name = name
        self.role = role
        self.timeout = timeout
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.container = container
        self.command = command
        self.subnets = subnets
        self.groups = groups
        self.hasPublicAddress = hasPublicAddress
        self.platformVersion = platformVersion
        self.propagatesTags = propagatesTags
        self.isOurs = isOurs
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&role)
        visit(&cluster)
        visit(&taskDefinition)
        subnets.visitValues(visit)
        groups.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("role", role), Field("timeout", timeout),
            Field("cluster", cluster), Field("task-definition", taskDefinition), Field("container", container),
            Field("command", command), Field("subnets", set: subnets), Field("groups", set: groups),
            Field("public-address", hasPublicAddress), Field("platform-version", platformVersion),
            Field("propagates-tags", propagatesTags), Field("terrace's-own", isOurs),
        ]
    }
}
