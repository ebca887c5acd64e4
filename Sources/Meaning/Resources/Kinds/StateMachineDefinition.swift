import Stacks

extension StateMachineSettings {
    /// In the Amazon States Language, on one line with its keys in order and its texts escaped as Terraform's `jsonencode` does: others
    /// compare it as a text, and see no change where there is none.
    package var definition: Value {
        """
        {"StartAt":"Run","States":{"Run":{"End":true,"Parameters":\(parameters),\
        "Resource":"\(resource)","Retry":[\(StateMachineSettings.retry)],"Type":"Task"}},\
        "TimeoutSeconds":\(timeout)}
        """
    }

    /// Step Functions waits for the task's end (`.sync`). The partition is the cluster's.
    private var resource: Value { "arn:\(partition):states:::ecs:runTask.sync" }

    private var partition: Value {
        let word = cluster.literal.map { $0.split(separator: ":", omittingEmptySubsequences: false) } ?? []
        return word.count > 1 ? Value(String(word[1])) : Value(Lookup.partition)
    }

    /// RunTask's, their first letters capital. On Fargate whatever the service's share of Spot is: nobody starts a job again that Spot
    /// has ended.
    private var parameters: Value {
        let tags = propagatesTags ? ",\"PropagateTags\":\"TASK_DEFINITION\"" : ""
        return """
            {"Cluster":"\(cluster)","EnableECSManagedTags":true,"LaunchType":"FARGATE",\
            "NetworkConfiguration":{"AwsvpcConfiguration":\(network)},\
            "Overrides":{"ContainerOverrides":[{"Command":[\(words)],"Name":\(container.quotedAsByTerraform)}]},\
            "PlatformVersion":\(platformVersion.quotedAsByTerraform)\(tags),"TaskDefinition":"\(taskDefinition)"}
            """
    }

    private var network: Value {
        """
        {"AssignPublicIp":"\(hasPublicAddress ? "ENABLED" : "DISABLED")","SecurityGroups":[\(list(groups))],\
        "Subnets":[\(list(subnets))]}
        """
    }

    private var words: String { command.map(\.quotedAsByTerraform).joined(separator: ",") }

    private func list(_ values: [Value]) -> Value { .joined(values.map { "\"\($0)\"" as Value }, by: ",") }

    /// What Step Functions calls a start that ECS could not make: no room on Fargate, too many calls, a fault of ECS's own. Five times
    /// within eight minutes. A task that has started and fails is `States.TaskFailed`, which is no reason to start another.
    ///
    /// Source: Step Functions developer guide, "Amazon ECS" and "Error handling"; reports of what ECS's throttling is called; read 2026-11.
    private static let retry: Value =
        """
        {"BackoffRate":2,"ErrorEquals":["AmazonECS.Unknown","ECS.AmazonECSException","ECS.InvalidParameterException",\
        "ECS.ServerException"],"IntervalSeconds":15,"MaxAttempts":5}
        """
}

extension String {
    private static let numbered: Set<Unicode.Scalar> = ["<", ">", "&", "\u{2028}", "\u{2029}"]

    /// Whether Terraform would write it otherwise than JSON must be.
    package var hasMarksThatTerraformNumbers: Bool { unicodeScalars.contains(where: Self.numbered.contains) }

    /// As a string of JSON for which more is escaped than must be: `<`, `>`, `&` and the two separators of lines that JavaScript knows.
    ///
    /// Source: what Go's encoder does, which writes `jsonencode`; Terraform 1.11.4, tried 2026-11.
    fileprivate var quotedAsByTerraform: String {
        quotedForJSON.unicodeScalars.reduce(into: "") { result, scalar in
            if Self.numbered.contains(scalar) {
                result += scalar.numberForJSON
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}
