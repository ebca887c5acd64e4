import Resources

/// The application tier in Terraform's words.
extension TerraformExport {
    func ecsCluster(_ settings: ECSClusterSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_ecs_cluster", name,
                [
                    "name": .text(settings.name),
                    "setting": .block([
                        "name": "containerInsights", "value": .word(settings.insights.rawValue),
                    ]),
                ]),
            resource(
                "aws_ecs_cluster_capacity_providers", name, completes: true,
                [
                    "cluster_name": .expression("aws_ecs_cluster.\(name).name"),
                    "capacity_providers": .words(settings.capacityProviders),
                    "default_capacity_provider_strategy": .blocks(
                        settings.capacityProviders.prefix(1).map {
                            ["capacity_provider": .word($0), "base": 0, "weight": 1]
                        }),
                ]),
        ]
    }

    func taskDefinition(_ settings: TaskDefinitionSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_ecs_task_definition", name,
                [
                    "family": .text(settings.family), "requires_compatibilities": ["FARGATE"],
                    "network_mode": "awsvpc", "cpu": .number(settings.cpu), "memory": .number(settings.memory),
                    "execution_role_arn": .text(settings.executionRole), "task_role_arn": .text(settings.taskRole),
                    "runtime_platform": .block([
                        "operating_system_family": "LINUX",
                        "cpu_architecture": .word(settings.architecture.rawValue),
                    ]), "volume": .blocks(settings.volumes.map { ["name": .word($0)] }),
                    "container_definitions": .json(.list(settings.containers.map { $0.tree { $0 } })),
                ])
        ]
    }

    func ecsService(_ settings: ECSServiceSettings, _ name: String) -> [TerraformBlock] {
        let identity: Tree = [
            "name": .text(settings.name), "cluster": .text(settings.cluster),
            "task_definition": revision(settings.taskDefinition), "desired_count": .number(settings.desiredCount),
            "platform_version": .word(settings.platformVersion),
            "deployment_minimum_healthy_percent": .number(settings.minimumHealthy),
            "deployment_maximum_percent": .number(settings.maximum),
            "availability_zone_rebalancing": settings.rebalancesZones ? "ENABLED" : "DISABLED",
            "health_check_grace_period_seconds": .optional(settings.healthGrace),
            "propagate_tags": settings.propagatesTags ? "SERVICE" : "NONE",
            "enable_ecs_managed_tags": true, "enable_execute_command": settings.allowsExec ? true : .none,
        ]
        let blocks: Tree = [
            "capacity_provider_strategy": .blocks(
                settings.capacity.map { share in
                    [
                        "capacity_provider": .word(share.provider), "base": .number(share.base),
                        "weight": .number(share.weight),
                    ]
                }),
            "network_configuration": .block([
                "subnets": .texts(settings.subnets), "security_groups": .texts(settings.groups),
                "assign_public_ip": .flag(settings.hasPublicAddress),
            ]),
            "load_balancer": settings.target.map { target in
                .block([
                    "target_group_arn": .text(target.targetGroup), "container_name": .word(target.container),
                    "container_port": .number(target.port),
                ])
            } ?? .none,
            "deployment_circuit_breaker": .block([
                "enable": .flag(settings.circuitBreaker), "rollback": .flag(settings.rollsBack),
            ]),
            "alarms": settings.alarms.isEmpty
                ? .none
                : .block(["alarm_names": .texts(settings.alarms), "enable": true, "rollback": true]),
            // Scaling's own from the start on.
            "lifecycle": .block(["ignore_changes": .list([.expression("desired_count")])]),
        ]
        return [resource("aws_ecs_service", name, notes: canaryNotes(settings), identity + blocks)]
    }

    private func canaryNotes(_ settings: ECSServiceSettings) -> [String] {
        guard let canary = settings.canary else { return [] }
        return [
            "Provider 5 has no word for ECS's canaries (\(FieldValue.decimal(canary.percent)) per cent for \(canary.bake) minutes): "
                + "with it a new",
            "version takes the old one's place task by task, and the second target group stays empty.",
        ]
    }

    /// As `family:revision`: that is what an import finds, while an ARN would be another text for the same.
    private func revision(_ definition: Value) -> Tree {
        guard let reference = definition.references.first, let task = graph[reference.address] else {
            return .text(definition)
        }
        let name = "aws_ecs_task_definition.\(reference.address.terraformName(task.kind))"
        return .expression("\"${\(name).family}:${\(name).revision}\"")
    }

    private func scaling(_ service: Value) -> Tree {
        [
            "service_namespace": "ecs", "scalable_dimension": "ecs:service:DesiredCount",
            "resource_id": .text(service),
        ]
    }

    /// Terraform has no resource for a task that ends.
    func release(_ settings: ReleaseSettings, _ name: String) -> [TerraformBlock] {
        let word = { (value: Value) in value.references.first.map { self.expression(.reference($0)) } ?? "" }
        let notes =
            [
                "One task of a new version that must succeed before the service gets it, which Terraform cannot run. Run this once",
                "everything else is up and before each update of the service; `terrace up --on aws` does it by itself.",
                "",
            ]
            + ReleaseScript(settings).lines(
                cluster: word(settings.cluster), taskDefinition: word(settings.taskDefinition),
                subnets: settings.subnets.map(word).joined(separator: ","),
                groups: settings.groups.map(word).joined(separator: ","))
        return [
            TerraformBlock(
                "output", "release_\(name)", notes: notes,
                body: [
                    "description": "The version whose release is to be run", "value": .text(settings.taskDefinition),
                ])
        ]
    }

    func scalableTarget(_ settings: ScalableTargetSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_appautoscaling_target", name,
                scaling(settings.service)
                    + ["min_capacity": .number(settings.min), "max_capacity": .number(settings.max)])
        ]
    }

    func scalingPolicy(_ settings: ScalingPolicySettings, _ name: String) -> [TerraformBlock] {
        return [
            resource(
                "aws_appautoscaling_policy", name,
                ["name": .text(settings.name), "policy_type": "TargetTrackingScaling"] + scaling(settings.service) + [
                    "target_tracking_scaling_policy_configuration": .block(
                        [
                            "target_value": .number(settings.target),
                            "scale_out_cooldown": .number(settings.scaleOutCooldown),
                            "scale_in_cooldown": .number(settings.scaleInCooldown),
                        ] + metric(settings.metric))
                ])
        ]
    }

    private func metric(_ metric: ScalingPolicySettings.Metric) -> Tree {
        switch metric {
        case .cpu: predefined(["predefined_metric_type": "ECSServiceAverageCPUUtilization"])
        case .requestsPerTarget(let label):
            predefined(["predefined_metric_type": "ALBRequestCountPerTarget", "resource_label": .text(label)])
        case .requestsOfTurns(let balancer, let groups):
            ["customized_metric_specification": .block(["metrics": .blocks(queries(balancer, groups))])]
        }
    }

    private func predefined(_ metric: Tree) -> Tree { ["predefined_metric_specification": .block(metric)] }

    private func queries(_ balancer: Value, _ groups: [Value]) -> [Tree] {
        let turns = RequestsOfTurns(count: groups.count)
        let metrics = zip(turns.ids, groups).map { id, group -> Tree in
            [
                "id": .word(id), "return_data": false,
                "metric_stat": .block([
                    "stat": .word(RequestsOfTurns.statistic),
                    "metric": .block([
                        "namespace": .word(RequestsOfTurns.namespace), "metric_name": .word(RequestsOfTurns.metric),
                        "dimensions": .blocks([
                            ["name": "LoadBalancer", "value": .text(balancer)],
                            ["name": "TargetGroup", "value": .text(group)],
                        ]),
                    ]),
                ]),
            ]
        }
        return metrics + [["id": .word(RequestsOfTurns.sumID), "expression": .word(turns.sum), "return_data": true]]
    }
}
