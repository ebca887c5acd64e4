import Resources

/// Jobs in Terraform's words.
extension TerraformExport {
    func scheduleGroup(_ settings: ScheduleGroupSettings, _ name: String) -> [TerraformBlock] {
        [resource("aws_scheduler_schedule_group", name, ["name": .text(settings.name)])]
    }

    func schedule(_ settings: ScheduleSettings, _ name: String) -> [TerraformBlock] {
        let target: Tree = [
            "arn": .text(settings.target), "role_arn": .text(settings.role),
            "retry_policy": .block([
                "maximum_event_age_in_seconds": .number(settings.retry.longestDelay),
                "maximum_retry_attempts": .number(settings.retry.attempts),
            ]),
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

    func stateMachine(_ settings: StateMachineSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_sfn_state_machine", name,
                [
                    "name": .text(settings.name), "type": "STANDARD", "role_arn": .text(settings.role),
                    "definition": settings.definitionTree,
                ])
        ]
    }
}
