import Resources

/// The commands that run a release and end with its success or its failure, for tools that cannot say it.
struct ReleaseScript {
    let settings: ReleaseSettings

    init(_ settings: ReleaseSettings) { self.settings = settings }

    /// - Parameters:
    ///   - cluster: a word of the shell; so is `taskDefinition`.
    ///   - subnets: inside double quotes, joined by commas; so are `groups`.
    func lines(cluster: String, taskDefinition: String, subnets: String, groups: String) -> [String] {
        [
            "task=$(aws ecs run-task --cluster \(cluster) --task-definition \(taskDefinition) --launch-type FARGATE \\",
            "  --network-configuration \"awsvpcConfiguration={subnets=[\(subnets)],securityGroups=[\(groups)]}\" \\",
            "  --overrides '\(overrides)' \\", "  --query 'tasks[0].taskArn' --output text)",
            "until aws ecs wait tasks-stopped --cluster \(cluster) --tasks \"$task\"; do sleep 1; done",
            "[[ $(aws ecs describe-tasks --cluster \(cluster) --tasks \"$task\" \\",
            "  --query 'tasks[0].containers[0].exitCode' --output text) == 0 ]]",
        ]
    }

    /// Inside single quotes of the shell.
    private var overrides: String {
        let container: Tree = ["name": .word(settings.container), "command": .words(settings.command)]
        let tree: Tree = ["containerOverrides": [container]]
        return JSONText(substitute: { _ in "" }, escape: { $0 }).line(tree).replacing("'", with: "'\\''")
    }
}
