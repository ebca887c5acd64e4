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
                    "Target": settings.target(input: .json(settings.inputTree)),
                ])
        ]
    }
}

extension ScheduleSettings {
    /// The target in the words that CloudFormation and Scheduler itself share.
    func target(input: Tree) -> Tree {
        [
            "Arn": .text(cluster), "RoleArn": .text(role), "Input": input,
            "RetryPolicy": [
                "MaximumEventAgeInSeconds": .number(retry.longestDelay),
                "MaximumRetryAttempts": .number(retry.attempts),
            ],
            "EcsParameters": [
                "TaskDefinitionArn": .text(taskDefinition), "TaskCount": 1, "LaunchType": "FARGATE",
                "PlatformVersion": .word(platformVersion),
                "PropagateTags": propagatesTags ? "TASK_DEFINITION" : .none, "EnableECSManagedTags": true,
                "NetworkConfiguration": ["AwsvpcConfiguration": network],
            ],
        ]
    }

    private var network: Tree {
        [
            "AssignPublicIp": hasPublicAddress ? "ENABLED" : "DISABLED", "Subnets": .texts(subnets),
            "SecurityGroups": .texts(groups),
        ]
    }
}
