import Resources

extension ContainerSettings {
    /// ECS's container definition. `key` writes the names of its members: small first letters in ECS's own JSON, capitals in
    /// CloudFormation.
    func tree(_ key: @escaping (String) -> String) -> Tree {
        func map(_ tree: Tree) -> Tree {
            .map(tree.members.map { Tree.Member(key: key($0.key), value: $0.value) })
        }
        let pairs = { (values: [String: Value], member: String) -> Tree in
            .list(values.sorted { $0.key < $1.key }.map { map(["name": .word($0.key)] + [member: .text($0.value)]) })
        }
        let identity: Tree = [
            "name": .word(name), "image": .text(image), "essential": .flag(isEssential),
            "entryPoint": entryPoint.isEmpty ? .none : .words(entryPoint),
            "command": command.isEmpty ? .none : .words(command),
            "portMappings": ports.isEmpty
                ? .none : .list(ports.map { map(["containerPort": .number($0), "protocol": "tcp"]) }),
            "environment": pairs(environment, "value"), "secrets": pairs(secrets, "valueFrom"),
        ]
        let safety: Tree = [
            "user": user.map { .word($0) } ?? .none, "readonlyRootFilesystem": .flag(rootIsReadOnly),
            "linuxParameters": map([
                "initProcessEnabled": .flag(initProcess), "capabilities": map(["drop": .words(droppedCapabilities)]),
            ]),
            "mountPoints": .list(
                mounts.map {
                    map(["sourceVolume": .word($0.volume), "containerPath": .word($0.path), "readOnly": false])
                }),
        ]
        let life: Tree = [
            "healthCheck": health.map { check in
                map([
                    "command": .words(check.command), "interval": .number(check.interval),
                    "timeout": .number(check.timeout), "retries": .number(check.retries),
                    "startPeriod": .number(check.startPeriod),
                ])
            } ?? .none, "stopTimeout": .number(stopTimeout),
            "logConfiguration": map(["logDriver": "awslogs", "options": log.options]),
        ]
        return map(identity + safety + life)
    }
}

extension ContainerLog {
    /// The log driver's options, whose names are the same everywhere.
    fileprivate var options: Tree {
        [
            "awslogs-group": .text(group), "awslogs-region": .text(region), "awslogs-stream-prefix": .word(prefix),
            "mode": .word(mode.rawValue), "max-buffer-size": buffer.map { .word($0) } ?? .none,
        ]
    }
}
