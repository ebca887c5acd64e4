import Resources

/// The application tier, command by command.
extension ShellExport {
    func ecsCluster(_ settings: ECSClusterSettings) -> [ShellStep] {
        [
            .run(
                "ecs create-cluster",
                [
                    ("cluster-name", .word(settings.name)),
                    ("settings", .word(Value("name=containerInsights,value=\(settings.insights.rawValue)"))),
                    ("capacity-providers", .words(settings.capacityProviders.map { Value($0) })),
                    (
                        "default-capacity-provider-strategy",
                        .words(
                            settings.capacityProviders.prefix(1).map {
                                Value("capacityProvider=\($0),base=0,weight=1")
                            })
                    ),
                ])
        ].quiet
    }

    func taskDefinition(_ settings: TaskDefinitionSettings) -> [ShellStep] {
        let document: Tree = [
            "family": .text(settings.family), "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": .word("\(settings.cpu)"), "memory": .word("\(settings.memory)"),
            "executionRoleArn": .text(settings.executionRole), "taskRoleArn": .text(settings.taskRole),
            "runtimePlatform": [
                "operatingSystemFamily": "LINUX", "cpuArchitecture": .word(settings.architecture.rawValue),
            ], "volumes": .list(settings.volumes.map { ["name": .word($0)] }),
            "containerDefinitions": .list(settings.containers.map { $0.tree { $0 } }),
        ]
        var register = ShellCall("ecs register-task-definition", [("cli-input-json", .json(document))])
        register.isQuiet = true
        let family: (name: String, value: ShellCall.Argument) = ("task-definition", .word(settings.family))
        return [ShellStep(kind: .unless(ShellCall("ecs describe-task-definition", [family]), register))]
    }

    func ecsService(_ settings: ECSServiceSettings) -> [ShellStep] {
        let document: Tree = [
            "cluster": .text(settings.cluster), "serviceName": .text(settings.name),
            "taskDefinition": .text(settings.taskDefinition), "desiredCount": .number(settings.desiredCount),
            "platformVersion": .word(settings.platformVersion),
            "availabilityZoneRebalancing": settings.rebalancesZones ? "ENABLED" : "DISABLED",
            "healthCheckGracePeriodSeconds": .optional(settings.healthGrace),
            "propagateTags": settings.propagatesTags ? "SERVICE" : "NONE",
            "enableECSManagedTags": true, "enableExecuteCommand": settings.allowsExec ? true : .none,
            "capacityProviderStrategy": .list(
                settings.capacity.map {
                    [
                        "capacityProvider": .word($0.provider), "base": .number($0.base), "weight": .number($0.weight),
                    ]
                }),
            "deploymentConfiguration": [
                "strategy": settings.canary == nil ? .none : "CANARY",
                "bakeTimeInMinutes": .optional(settings.canary?.watch),
                "canaryConfiguration": settings.canary.map {
                    ["canaryPercent": .decimal($0.percent), "canaryBakeTimeInMinutes": .number($0.bake)]
                } ?? .none, "minimumHealthyPercent": .number(settings.minimumHealthy),
                "maximumPercent": .number(settings.maximum),
                "deploymentCircuitBreaker": [
                    "enable": .flag(settings.circuitBreaker), "rollback": .flag(settings.rollsBack),
                ],
                "alarms": settings.alarms.isEmpty
                    ? .none : ["alarmNames": .texts(settings.alarms), "enable": true, "rollback": true],
            ],
            "networkConfiguration": [
                "awsvpcConfiguration": [
                    "subnets": .texts(settings.subnets), "securityGroups": .texts(settings.groups),
                    "assignPublicIp": settings.hasPublicAddress ? "ENABLED" : "DISABLED",
                ]
            ],
            "loadBalancers": settings.target.map { target in
                [
                    [
                        "targetGroupArn": .text(target.targetGroup), "containerName": .word(target.container),
                        "containerPort": .number(target.port),
                        "advancedConfiguration": target.turns.map { turns in
                            [
                                "alternateTargetGroupArn": .text(turns.second),
                                "productionListenerRule": .text(turns.rule), "roleArn": .text(turns.role),
                            ]
                        } ?? .none,
                    ]
                ]
            } ?? .none,
        ]
        var call = ShellCall("ecs create-service", [("cli-input-json", .json(document))])
        call.isQuiet = true
        let made = ShellText(variable: facts.substitute).parts(call, prefix: "  ")
        let state =
            "state=$(aws ecs describe-services --cluster \(writerWord(settings.cluster)) --services \(writerWord(settings.name)) \\"
        return [
            ShellStep(
                kind: .raw(
                    [state, "  --query 'services[0].status' --output text)"] + made.documents
                        + ["if [[ $state != ACTIVE ]]; then"] + made.call + ["fi"]))
        ]
    }

    func release(_ settings: ReleaseSettings) -> [ShellStep] {
        let inner = { (value: Value) in value.parts.map(facts.substitute).joined() }
        let lines = ReleaseScript(settings).lines(
            cluster: writerWord(settings.cluster), taskDefinition: writerWord(settings.taskDefinition),
            subnets: settings.subnets.map(inner).joined(separator: ","),
            groups: settings.groups.map(inner).joined(separator: ","))
        return [.comment("Must succeed before the service is made; it runs each time that this script does.")]
            + [ShellStep(kind: .raw(lines))]
    }

    private func scaling(_ service: Value) -> [(name: String, value: ShellCall.Argument)] {
        [
            ("service-namespace", .word("ecs")), ("scalable-dimension", .word("ecs:service:DesiredCount")),
            ("resource-id", .word(service)),
        ]
    }

    func scalableTarget(_ settings: ScalableTargetSettings) -> [ShellStep] {
        [
            ShellStep.run(
                "application-autoscaling register-scalable-target",
                scaling(settings.service) + [
                    ("min-capacity", .word(Value("\(settings.min)"))),
                    ("max-capacity", .word(Value("\(settings.max)"))),
                ])
        ].quiet
    }

    func scalingPolicy(_ settings: ScalingPolicySettings) -> [ShellStep] {
        let configuration: Tree =
            [
                "TargetValue": .number(settings.target), "ScaleOutCooldown": .number(settings.scaleOutCooldown),
                "ScaleInCooldown": .number(settings.scaleInCooldown),
            ] + ScalingTree.metric(settings.metric)
        return [
            ShellStep.run(
                "application-autoscaling put-scaling-policy",
                scaling(settings.service) + [
                    ("policy-name", .word(settings.name)), ("policy-type", .word("TargetTrackingScaling")),
                    ("target-tracking-scaling-policy-configuration", .json(configuration)),
                ])
        ].quiet
    }
}

extension [ShellStep] {
    /// What a call answers is of no interest here.
    var quiet: [ShellStep] {
        map { step in
            guard case .run(var call) = step.kind else { return step }
            call.isQuiet = true
            return ShellStep(kind: .run(call), gives: step.gives)
        }
    }
}
