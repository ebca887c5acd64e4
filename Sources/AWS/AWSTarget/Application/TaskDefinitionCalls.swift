import AWSServices
import AWSWire
import Resources

/// What is said to ECS about a task definition. None is ever changed: a difference becomes a new revision.
enum TaskDefinitionCalls {
    /// So many earlier revisions stay, so that a rollback has somewhere to go.
    static let keptRevisions = 10
    /// ECS deletes so many at a time.
    static let batch = 10

    static func register(_ task: TaskDefinitionSettings, tags: [String: String]) -> ECS.RegisterTaskDefinitionRequest {
        ECS.RegisterTaskDefinitionRequest(
            family: task.family.text, containerDefinitions: task.containers.map(container),
            taskRoleArn: task.taskRole.text, executionRoleArn: task.executionRole.text, networkMode: "awsvpc",
            volumes: task.volumes.map { ECS.Volume(name: $0) }, requiresCompatibilities: ["FARGATE"],
            cpu: String(task.cpu), memory: String(task.memory), tags: ECS.Tag.list(tags),
            runtimePlatform: ECS.RuntimePlatform(
                cpuArchitecture: ECS.CPUArchitecture(rawValue: task.architecture.rawValue),
                operatingSystemFamily: "LINUX"))
    }

    /// Revisions that nobody will go back to; `active` is newest first.
    static func outdated(_ active: [String], used: Set<String>) -> [String] {
        active.dropFirst(keptRevisions + 1).filter { !used.contains($0) }
    }

    private static func container(_ container: ContainerSettings) -> ECS.ContainerDefinition {
        let environment = container.environment.sorted { $0.key < $1.key }
        let secrets = container.secrets.sorted { $0.key < $1.key }
        return ECS.ContainerDefinition(
            name: container.name, image: container.image.text,
            portMappings: container.ports.map { ECS.PortMapping(containerPort: $0, protocol: "tcp") },
            essential: container.isEssential, entryPoint: container.entryPoint.isEmpty ? nil : container.entryPoint,
            command: container.command.isEmpty ? nil : container.command,
            environment: environment.map { ECS.KeyValuePair(name: $0.key, value: $0.value.text) },
            mountPoints: container.mounts.map {
                ECS.MountPoint(sourceVolume: $0.volume, containerPath: $0.path, readOnly: false)
            },
            linuxParameters: ECS.LinuxParameters(
                capabilities: ECS.KernelCapabilities(drop: container.droppedCapabilities),
                initProcessEnabled: container.initProcess),
            secrets: secrets.map { ECS.Secret(name: $0.key, valueFrom: $0.value.text) },
            stopTimeout: container.stopTimeout, user: container.user,
            readonlyRootFilesystem: container.rootIsReadOnly, logConfiguration: log(container.log),
            healthCheck: container.health.map {
                ECS.HealthCheck(
                    command: $0.command, interval: $0.interval, timeout: $0.timeout, retries: $0.retries,
                    startPeriod: $0.startPeriod)
            })
    }

    private static func log(_ log: ContainerLog) -> ECS.LogConfiguration {
        var options = [
            "awslogs-group": log.group.text, "awslogs-region": log.region.text, "awslogs-stream-prefix": log.prefix,
            "mode": log.mode.rawValue,
        ]
        options["max-buffer-size"] = log.buffer
        return ECS.LogConfiguration(logDriver: "awslogs", options: options)
    }
}
