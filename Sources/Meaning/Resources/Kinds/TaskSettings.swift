/// What a task is made of. AWS changes none: an update registers a new revision, with an ARN of its own.
package struct TaskDefinitionSettings: ResourceSettings {
    package enum Architecture: String, Sendable, Hashable {
        case x86 = "X86_64"
        case arm = "ARM64"
    }

    package static let kind = ResourceKind.taskDefinition
    package var family: Value
    /// 1024 = one vCPU.
    package var cpu: Int
    /// MiB.
    package var memory: Int
    package var architecture: Architecture
    /// ARN of the role with which ECS pulls images, reads secrets and writes logs.
    package var executionRole: Value
    /// ARN of the role that the application itself has.
    package var taskRole: Value
    /// Names of empty volumes that live as long as the task.
    package var volumes: [String]
    package var containers: [ContainerSettings]

    package init(
        family: Value, cpu: Int, memory: Int, architecture: Architecture = .x86, executionRole: Value, taskRole: Value,
        volumes: [String] = [], containers: [ContainerSettings]
    ) {
        self.family = family
        self.cpu = cpu
        self.memory = memory
        self.architecture = architecture
        self.executionRole = executionRole
        self.taskRole = taskRole
        self.volumes = volumes
        self.containers = containers
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&family)
        visit(&executionRole)
        visit(&taskRole)
        containers.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("family", family, .replace("its name is its identity")), Field("cpu", cpu), Field("memory", memory),
            Field("architecture", architecture.rawValue), Field("execution-role", executionRole),
            Field("task-role", taskRole), Field("volumes", set: volumes),
        ] + containers.flatMap(\.fields)
    }
}

/// One container of a task.
package struct ContainerSettings: Sendable, Equatable, ValueHolding {
    package var name: String
    /// By digest.
    package var image: Value
    /// This and `command` stand in place of the image's own; empty to keep that.
    package var entryPoint: [String]
    package var command: [String]
    package var isEssential: Bool
    package var ports: [Int]
    package var environment: [String: Value]
    /// ARNs of secrets, or of one member of a JSON secret: `arn:…:password::`.
    package var secrets: [String: Value]
    /// `1000:1000`; nil for the image's own.
    package var user: String?
    package var rootIsReadOnly: Bool
    /// A small first process that passes signals on and reaps orphans.
    package var initProcess: Bool
    package var droppedCapabilities: [String]
    package var mounts: [Mount]
    package var health: ContainerHealth?
    /// Seconds between SIGTERM and SIGKILL; 2...120 on Fargate.
    package var stopTimeout: Int
    package var log: ContainerLog

    package init(
        name: String, image: Value, entryPoint: [String] = [], command: [String] = [], isEssential: Bool = true,
        ports: [Int] = [], environment: [String: Value] = [:], secrets: [String: Value] = [:], user: String? = nil,
        rootIsReadOnly: Bool = true, initProcess: Bool = true, droppedCapabilities: [String] = ["ALL"],
        mounts: [Mount] = [], health: ContainerHealth? = nil, stopTimeout: Int, log: ContainerLog
    ) {
        self.name = name
        self.image = image
        self.entryPoint = entryPoint
        self.command = command
        self.isEssential = isEssential
        self.ports = ports
        self.environment = environment
        self.secrets = secrets
        self.user = user
        self.rootIsReadOnly = rootIsReadOnly
        self.initProcess = initProcess
        self.droppedCapabilities = droppedCapabilities
        self.mounts = mounts
        self.health = health
        self.stopTimeout = stopTimeout
        self.log = log
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&image)
        environment.visitValues(visit)
        secrets.visitValues(visit)
        visit(&log.group)
        visit(&log.region)
    }

    var fields: [Field] {
        let lists = [
            Field("ports", set: ports), Field("entry-point", entryPoint), Field("command", command),
            Field("mounts", set: mounts),
        ]
        let variables =
            environment.sorted { $0.key < $1.key }.map { Field("environment.\($0.key)", $0.value) }
            + secrets.sorted { $0.key < $1.key }.map { Field("secrets.\($0.key)", $0.value) }
        let safety = [
            Field("user", user), Field("read-only-root", rootIsReadOnly), Field("init-process", initProcess),
            Field("dropped-capabilities", set: droppedCapabilities),
        ]
        let life = [
            Field("essential", isEssential), Field("health", health), Field("stop-timeout", stopTimeout),
            Field("log", log),
        ]
        return ([Field("image", image)] + lists + variables + safety + life).map { field in
            Field("\(name).\(field.name)", field.value, field.onChange)
        }
    }
}

/// A volume's place in a container.
package struct Mount: Sendable, Hashable, FieldConvertible {
    package var volume: String
    package var path: String

    package init(volume: String, path: String) {
        self.volume = volume
        self.path = path
    }

    package var fieldValue: FieldValue { "\(volume) at \(path)".fieldValue }
}

/// A command that ECS runs inside the container; a task that fails it is replaced.
package struct ContainerHealth: Sendable, Hashable, FieldConvertible {
    /// Begins with `CMD` or `CMD-SHELL`.
    package var command: [String]
    /// Seconds; 5...300, 2...60, 0...300.
    package var interval: Int
    package var timeout: Int
    package var startPeriod: Int
    package var retries: Int

    package init(command: [String], interval: Int, timeout: Int, startPeriod: Int, retries: Int) {
        self.command = command
        self.interval = interval
        self.timeout = timeout
        self.startPeriod = startPeriod
        self.retries = retries
    }

    package var fieldValue: FieldValue {
        .map([
            "command": command.fieldValue, "interval": interval.fieldValue, "timeout": timeout.fieldValue,
            "start-period": startPeriod.fieldValue, "retries": retries.fieldValue,
        ])
    }
}

/// Where a container's lines go, and that they are never dropped in silence: since 2025-06 the driver's default drops.
package struct ContainerLog: Sendable, Hashable, FieldConvertible {
    package enum Mode: String, Sendable, Hashable {
        /// Lines are dropped when the buffer is full; the application never waits.
        case nonBlocking = "non-blocking"
        case blocking
    }

    package var group: Value
    package var region: Value
    package var prefix: String
    package var mode: Mode
    /// Bytes, in Docker's notation; nil when nothing is buffered.
    package var buffer: String?

    package init(group: Value, region: Value, prefix: String, mode: Mode = .nonBlocking, buffer: String? = "25m") {
        self.group = group
        self.region = region
        self.prefix = prefix
        self.mode = mode
        self.buffer = buffer
    }

    package var fieldValue: FieldValue {
        .map([
            "group": group.fieldValue, "region": region.fieldValue, "prefix": prefix.fieldValue,
            "mode": mode.rawValue.fieldValue, "buffer": buffer.fieldValue,
        ])
    }
}
