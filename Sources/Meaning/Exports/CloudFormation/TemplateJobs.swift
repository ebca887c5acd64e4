import Resources

/// Jobs in CloudFormation's words.
extension Template {
    func scheduleGroup(_ settings: ScheduleGroupSettings) -> [TemplateResource] {
        [TemplateResource("AWS::Scheduler::ScheduleGroup", ["Name": .text(settings.name)])]
    }

    func schedule(_ settings: ScheduleSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::Scheduler::Schedule",
                [
                    "Name": .text(settings.name), "GroupName": .text(settings.group),
                    "ScheduleExpression": .word(settings.expression),
                    "ScheduleExpressionTimezone": .word(settings.timezone),
                    "State": settings.isEnabled ? "ENABLED" : "DISABLED",
                    "FlexibleTimeWindow": ["Mode": settings.isPunctual ? "OFF" : "FLEXIBLE"],
                    "Target": settings.targetTree,
                ])
        ]
    }

    func stateMachine(_ settings: StateMachineSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::StepFunctions::StateMachine",
                [
                    "StateMachineName": .text(settings.name), "StateMachineType": "STANDARD",
                    "RoleArn": .text(settings.role), "DefinitionString": settings.definitionTree,
                ])
        ]
    }
}

extension ScheduleSettings {
    /// The target in the words that CloudFormation and Scheduler itself share.
    var targetTree: Tree {
        [
            "Arn": .text(target), "RoleArn": .text(role),
            "RetryPolicy": [
                "MaximumEventAgeInSeconds": .number(retry.longestDelay),
                "MaximumRetryAttempts": .number(retry.attempts),
            ],
        ]
    }
}

extension StateMachineSettings {
    /// As JSON where every character of its command has a plain form in it, else as the text that AWS gets.
    var definitionTree: Tree { Tree(json: definition).map { .json($0) } ?? .text(definition) }
}
