import Resources

/// The application tier in CloudFormation's words.
extension Template {
    func ecsCluster(_ settings: ECSClusterSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::ECS::Cluster",
                [
                    "ClusterName": .text(settings.name), "CapacityProviders": .words(settings.capacityProviders),
                    "DefaultCapacityProviderStrategy": .list(
                        settings.capacityProviders.prefix(1).map {
                            ["CapacityProvider": .word($0), "Base": 0, "Weight": 1]
                        }),
                    "ClusterSettings": [
                        ["Name": "containerInsights", "Value": .word(settings.insights.rawValue)]
                    ],
                ])
        ]
    }

    func taskDefinition(_ settings: TaskDefinitionSettings) -> [TemplateResource] {
        let capital = { (key: String) in key.prefix(1).uppercased() + key.dropFirst() }
        return [
            TemplateResource(
                "AWS::ECS::TaskDefinition",
                [
                    "Family": .text(settings.family), "RequiresCompatibilities": ["FARGATE"],
                    "NetworkMode": "awsvpc", "Cpu": .expression("\"\(settings.cpu)\""),
                    "Memory": .expression("\"\(settings.memory)\""),
                    "ExecutionRoleArn": .text(settings.executionRole), "TaskRoleArn": .text(settings.taskRole),
                    "RuntimePlatform": [
                        "OperatingSystemFamily": "LINUX", "CpuArchitecture": .word(settings.architecture.rawValue),
                    ],
                    "Volumes": settings.volumes.isEmpty ? .none : .list(settings.volumes.map { ["Name": .word($0)] }),
                    "ContainerDefinitions": .list(settings.containers.map { $0.tree(capital) }),
                ])
        ]
    }

    func ecsService(_ settings: ECSServiceSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::ECS::Service",
                [
                    "ServiceName": .text(settings.name), "Cluster": .text(settings.cluster),
                    "TaskDefinition": .text(settings.taskDefinition), "DesiredCount": .number(settings.desiredCount),
                    "PlatformVersion": .word(settings.platformVersion),
                    "AvailabilityZoneRebalancing": settings.rebalancesZones ? "ENABLED" : "DISABLED",
                    "HealthCheckGracePeriodSeconds": .optional(settings.healthGrace),
                    "PropagateTags": settings.propagatesTags ? "SERVICE" : .none,
                    "EnableECSManagedTags": true, "EnableExecuteCommand": settings.allowsExec ? true : .none,
                    "CapacityProviderStrategy": .list(
                        settings.capacity.map { share in
                            [
                                "CapacityProvider": .word(share.provider), "Base": .number(share.base),
                                "Weight": .number(share.weight),
                            ]
                        }),
                    "DeploymentConfiguration": [
                        "Strategy": settings.canary == nil ? .none : "CANARY",
                        "BakeTimeInMinutes": .optional(settings.canary?.watch),
                        "CanaryConfiguration": settings.canary.map {
                            [
                                "CanaryPercent": .decimal($0.percent), "CanaryBakeTimeInMinutes": .number($0.bake),
                            ]
                        } ?? .none, "MinimumHealthyPercent": .number(settings.minimumHealthy),
                        "MaximumPercent": .number(settings.maximum),
                        "DeploymentCircuitBreaker": [
                            "Enable": .flag(settings.circuitBreaker), "Rollback": .flag(settings.rollsBack),
                        ],
                        "Alarms": settings.alarms.isEmpty
                            ? .none : ["AlarmNames": .texts(settings.alarms), "Enable": true, "Rollback": true],
                    ],
                    "NetworkConfiguration": [
                        "AwsvpcConfiguration": [
                            "AssignPublicIp": settings.hasPublicAddress ? "ENABLED" : "DISABLED",
                            "Subnets": .texts(settings.subnets), "SecurityGroups": .texts(settings.groups),
                        ]
                    ],
                    "LoadBalancers": settings.target.map { target in
                        [
                            [
                                "TargetGroupArn": .text(target.targetGroup), "ContainerName": .word(target.container),
                                "ContainerPort": .number(target.port),
                                "AdvancedConfiguration": target.turns.map { turns in
                                    [
                                        "AlternateTargetGroupArn": .text(turns.second),
                                        "ProductionListenerRule": .text(turns.rule), "RoleArn": .text(turns.role),
                                    ]
                                } ?? .none,
                            ]
                        ]
                    } ?? .none,
                ])
        ]
    }

    private func scaling(_ service: Value) -> Tree {
        [
            "ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": .text(service),
        ]
    }

    func scalableTarget(_ settings: ScalableTargetSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::ApplicationAutoScaling::ScalableTarget",
                scaling(settings.service)
                    + ["MinCapacity": .number(settings.min), "MaxCapacity": .number(settings.max)])
        ]
    }

    func scalingPolicy(_ settings: ScalingPolicySettings) -> [TemplateResource] {
        return [
            TemplateResource(
                "AWS::ApplicationAutoScaling::ScalingPolicy",
                ["PolicyName": .text(settings.name), "PolicyType": "TargetTrackingScaling"] + scaling(settings.service)
                    + [
                        "TargetTrackingScalingPolicyConfiguration": [
                            "TargetValue": .number(settings.target),
                            "ScaleOutCooldown": .number(settings.scaleOutCooldown),
                            "ScaleInCooldown": .number(settings.scaleInCooldown),
                        ] + ScalingTree.metric(settings.metric)
                    ])
        ]
    }
}
