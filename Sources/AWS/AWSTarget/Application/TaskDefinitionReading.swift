import AWSServices
import AWSWire
import Resources

extension TaskDefinitionSettings {
    /// As ECS tells it.
    init(_ definition: ECS.TaskDefinition) {
        self.init(
            family: Value(definition.family ?? ""), cpu: definition.cpu.flatMap { Int($0) } ?? 0,
            memory: definition.memory.flatMap { Int($0) } ?? 0,
            // What Fargate takes when nothing is said.
            architecture: definition.runtimePlatform?.cpuArchitecture.flatMap { Architecture(rawValue: $0.rawValue) }
                ?? .x86,
            executionRole: Value(definition.executionRoleArn ?? ""), taskRole: Value(definition.taskRoleArn ?? ""),
            volumes: definition.volumes.compactMap(\.name),
            containers: definition.containerDefinitions.map(ContainerSettings.init(_:)))
    }
}

extension ContainerSettings {
    fileprivate init(_ container: ECS.ContainerDefinition) {
        let environment = (container.environment ?? []).map { ($0.name ?? "", Value($0.value ?? "")) }
        let secrets = (container.secrets ?? []).map { ($0.name ?? "", Value($0.valueFrom ?? "")) }
        self.init(
            name: container.name ?? "", image: Value(container.image ?? ""), entryPoint: container.entryPoint ?? [],
            command: container.command ?? [], isEssential: container.essential ?? true,
            ports: (container.portMappings ?? []).compactMap(\.containerPort),
            environment: Dictionary(environment) { first, _ in first },
            secrets: Dictionary(secrets) { first, _ in first },
            user: container.user, rootIsReadOnly: container.readonlyRootFilesystem ?? false,
            initProcess: container.linuxParameters?.initProcessEnabled ?? false,
            droppedCapabilities: container.linuxParameters?.capabilities?.drop ?? [],
            mounts: (container.mountPoints ?? []).map {
                Mount(volume: $0.sourceVolume ?? "", path: $0.containerPath ?? "")
            },
            health: container.healthCheck.map(ContainerHealth.init(_:)),
            // Fargate's own when nothing is said.
            stopTimeout: container.stopTimeout ?? 30, log: ContainerLog(container.logConfiguration))
    }
}

extension ContainerHealth {
    /// Docker's own numbers where nothing is said. Source: ECS `HealthCheck`, read 2026-11.
    fileprivate init(_ check: ECS.HealthCheck) {
        self.init(
            command: check.command ?? [], interval: check.interval ?? 30, timeout: check.timeout ?? 5,
            startPeriod: check.startPeriod ?? 0, retries: check.retries ?? 3)
    }
}

extension ContainerLog {
    /// A container without the `awslogs` driver writes to no group.
    fileprivate init(_ configuration: ECS.LogConfiguration?) {
        let options = configuration?.logDriver == "awslogs" ? configuration?.options ?? [:] : [:]
        self.init(
            group: Value(options["awslogs-group"] ?? ""), region: Value(options["awslogs-region"] ?? ""),
            prefix: options["awslogs-stream-prefix"] ?? "",
            // AWS's default since 2025-06.
            mode: options["mode"].flatMap(Mode.init(rawValue:)) ?? .nonBlocking, buffer: options["max-buffer-size"])
    }
}
