import Resources

/// Jobs in Terraform's words.
extension TerraformExport {
    func scheduleGroup(_ settings: ScheduleGroupSettings, _ name: String) -> [TerraformBlock] {
        [resource("aws_scheduler_schedule_group", name, ["name": .text(settings.name)])]
    }

    func schedule(_ settings: ScheduleSettings, _ name: String) -> [TerraformBlock] {
        let task: Tree = [
            "task_definition_arn": .text(settings.taskDefinition), "task_count": 1, "launch_type": "FARGATE",
            "platform_version": .word(settings.platformVersion),
            "propagate_tags": settings.propagatesTags ? "TASK_DEFINITION" : .none, "enable_ecs_managed_tags": true,
            "network_configuration": .block([
                "subnets": .texts(settings.subnets), "security_groups": .texts(settings.groups),
                "assign_public_ip": .flag(settings.hasPublicAddress),
            ]),
        ]
        let target: Tree = [
            "arn": .text(settings.cluster), "role_arn": .text(settings.role), "input": .json(settings.inputTree),
            "retry_policy": .block([
                "maximum_event_age_in_seconds": .number(settings.retry.longestDelay),
                "maximum_retry_attempts": .number(settings.retry.attempts),
            ]), "ecs_parameters": .block(task),
        ]
        return [
            resource(
                "aws_scheduler_schedule", name,
                [
                    "name": .text(settings.name), "group_name": .text(settings.group),
                    "schedule_expression": .word(settings.expression),
                    "schedule_expression_timezone": .word(settings.timezone),
                    "state": settings.isEnabled ? "ENABLED" : "DISABLED",
                    "flexible_time_window": .block(["mode": settings.isPunctual ? "OFF" : "FLEXIBLE"]),
                    "target": .block(target),
                ])
        ]
    }
}

extension ScheduleSettings {
    /// `input`, for a language that writes JSON itself.
    var inputTree: Tree {
        ["containerOverrides": [["name": .word(container), "command": .words(command)]]]
    }
}
