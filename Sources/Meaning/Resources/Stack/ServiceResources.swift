package import Stacks

/// Services: what a task is made of, how many there are, and how they are counted up and down.
extension StackResources {
    /// The only place that a task can write to.
    private static let scratch = (volume: "scratch", path: "/tmp")
    /// Not root. Files of an image are readable for everybody, as a rule.
    private static let user = "1000:1000"

    func taskDefinition(_ service: Service) -> Address { address(.application, .taskDefinition, service.name) }
    func release(_ service: Service) -> Address { address(.application, .release, service.name) }
    func ecsService(_ service: Service) -> Address { ecsService(named: service.name) }
    func ecsService(named name: String) -> Address { address(.application, .ecsService, name) }
    func scalableTarget(_ service: Service) -> Address { address(.application, .scalableTarget, service.name) }

    var services: [Resource] {
        stack.services.flatMap { service in
            [taskDefinitionResource(service)] + releaseResource(service)
                + [serviceResource(service), scalableTargetResource(service)] + scalingPolicies(service)
        }
    }

    // MARK: A task

    private func taskDefinitionResource(_ service: Service) -> Resource {
        Resource(
            taskDefinition(service),
            .taskDefinition(
                TaskDefinitionSettings(
                    family: Value(names.name(service.name, limit: 255)), cpu: service.cpu,
                    memory: service.memory.bytes >> 20,
                    // ECS looks at the roles when it registers the definition.
                    executionRole: arn(executionRole, when: .ready), taskRole: arn(taskRole, when: .ready),
                    volumes: [Self.scratch.volume], containers: [container(service)])))
    }

    private func container(_ service: Service) -> ContainerSettings {
        ContainerSettings(
            name: service.name, image: image(service), ports: service.takesRequests ? [service.port] : [],
            environment: environment(service), secrets: secretVariables(service), user: Self.user,
            // The agent of ECS Exec keeps its state in the container's own files, and a read-only root is not supported with
            // it. Source: ECS developer guide, "ECS Exec considerations", read 2026-11.
            rootIsReadOnly: !service.exec,
            mounts: [Mount(volume: Self.scratch.volume, path: Self.scratch.path)],
            stopTimeout: min(max(service.stopTimeout.wholeSeconds, 2), 120),
            log: ContainerLog(
                group: name(of: logGroup(service)), region: Value(Lookup.region), prefix: service.name))
    }

    private func image(_ service: Service) -> Value {
        if case .reference(let text) = service.imageSource { return Value(text) }
        return Value(Lookup.image(service.name))
    }

    /// The same names as on this machine; Terrace's own win.
    private func environment(_ service: Service) -> [String: Value] {
        var values = service.environment.mapValues { Value($0) }
        values["PORT"] = Value(String(service.port))
        values["HOST"] = "0.0.0.0"
        values["TERRACE_SERVICE"] = Value(service.name)
        guard stack.database != nil else { return values }
        // RDS tells the endpoints when it has taken the order: nothing waits for the servers here.
        let (writer, reader) = (Reference(cluster, .endpoint), Reference(cluster, .readerEndpoint))
        let rest = ":\(databasePort)/\(stack.databaseName)?sslmode=require"
        values["PGHOST"] = Value(writer)
        values["PGPORT"] = Value(String(databasePort))
        values["PGDATABASE"] = Value(stack.databaseName)
        values["PGSSLMODE"] = "require"
        // Without a user: whose turn it is the secret says, by `PGUSER`.
        values["DATABASE_URL"] = "postgresql://\(writer)\(rest)"
        values["DATABASE_READER_URL"] = "postgresql://\(reader)\(rest)"
        return values
    }

    private func secretVariables(_ service: Service) -> [String: Value] {
        var values = Dictionary(service.secrets.map { ($0, arn(secret($0))) }) { first, _ in first }
        // Members of the JSON, each with an empty version stage and id: what is current when a task starts, also one of an older
        // release, so that a rotation needs no new release and a rollback finds a password that is valid.
        if stack.database != nil {
            values["PGUSER"] = "\(arn(databaseSecret)):username::"
            values["PGPASSWORD"] = "\(arn(databaseSecret)):password::"
        }
        return values
    }

    // MARK: A service

    /// What ECS calls it.
    func serviceName(_ service: String) -> String { names.name(service, limit: 255) }

    private func serviceResource(_ service: Service) -> Resource {
        var target: ServiceTarget?
        if service.takesRequests {
            target = ServiceTarget(
                targetGroup: arn(targetGroup(service)), container: service.name, port: service.port,
                turns: turns(of: service))
        }
        return Resource(
            ecsService(service),
            .ecsService(
                ECSServiceSettings(
                    name: Value(serviceName(service.name)),
                    // A cluster takes services when its capacity providers are attached.
                    cluster: arn(ecsCluster, when: .ready), taskDefinition: arn(taskDefinition(service)),
                    desiredCount: service.tasks.lowerBound, capacity: capacity(service),
                    subnets: subnets(.application).map { id($0) }, groups: [id(group(.tasks))], target: target,
                    healthGrace: target.map { _ in service.health.grace.wholeSeconds },
                    canary: serviceCanary(of: service), alarms: deploymentAlarms(of: service),
                    minimumHealthy: service.deploy.minimumHealthy, maximum: service.deploy.maximum,
                    rebalancesZones: service.deploy.maximum > 100, allowsExec: service.exec)),
            needs: serviceNeeds(service))
    }

    /// What a task would fail without, and a failed task counts against the deployment.
    private func serviceNeeds(_ service: Service) -> [Dependency] {
        // ECS refuses a target group that no listener leads to; that there is a rule suffices. The load balancer itself may still
        // be on its way: it begins to check targets when it comes up.
        let rules = ruleAddresses(of: service).map { Dependency($0) }
        let release = service.release.map { _ in [Dependency(self.release(service), .ready)] } ?? []
        return rules + release + taskNeeds(service)
    }

    private func taskNeeds(_ service: Service) -> [Dependency] {
        // Images, secrets and logs are reached through these.
        let ways =
            zones.map { routeTable(.application, $0) } + natZones.map(natGateway) + endpointAddresses
            + [accessList(.application)] + groups.map(rules(of:))
        // A task that cannot log does not start.
        let lines = Dependency(logGroup(service))
        let secrets = service.secrets.map { Dependency(secret($0), .ready) }
        // An application that finds no database exits.
        let database = stack.database.map { _ in [Dependency(databaseRole, .ready)] } ?? []
        return ways.map { Dependency($0, .ready) } + [lines] + secrets + database
    }

    /// None for a service without a release command.
    private func releaseResource(_ service: Service) -> [Resource] {
        guard let command = service.release else { return [] }
        return [
            Resource(
                release(service),
                .release(
                    ReleaseSettings(
                        taskDefinition: arn(taskDefinition(service)), cluster: arn(ecsCluster, when: .ready),
                        container: service.name, command: command.words,
                        subnets: subnets(.application).map { id($0) }, groups: [id(group(.tasks))])),
                needs: taskNeeds(service))
        ]
    }

    /// `tasks.min` on Fargate; of those above it, `spot` per cent on Fargate Spot.
    private func capacity(_ service: Service) -> [CapacityShare] {
        guard service.spot > 0 else { return [CapacityShare(provider: "FARGATE", base: 0, weight: 1)] }
        var (first, second) = (service.spot, 100 - service.spot)
        while second > 0 { (first, second) = (second, first % second) }
        return [
            CapacityShare(
                provider: "FARGATE", base: service.tasks.lowerBound, weight: (100 - service.spot) / first),
            CapacityShare(provider: "FARGATE_SPOT", base: 0, weight: service.spot / first),
        ]
    }

    // MARK: Scaling

    private func serviceID(_ service: Service) -> Value {
        "service/\(name(of: ecsCluster))/\(name(of: ecsService(service)))"
    }

    private func scalableTargetResource(_ service: Service) -> Resource {
        Resource(
            scalableTarget(service),
            .scalableTarget(
                ScalableTargetSettings(
                    service: serviceID(service), min: service.tasks.lowerBound, max: service.tasks.upperBound)))
    }

    private func scalingPolicies(_ service: Service) -> [Resource] {
        let target = Dependency(scalableTarget(service))
        var policies: [Resource] = []
        if let cpu = service.scaleOn.cpu {
            policies.append(policy("cpu", service, .cpu, cpu, needs: [target]))
        }
        if let requests = service.scaleOn.requestsPerTask, service.takesRequests {
            // A label is refused while no rule ties the two together.
            let rules = ruleAddresses(of: service).map { Dependency($0) }
            policies.append(policy("requests", service, requestMetric(service), requests, needs: [target] + rules))
        }
        return policies
    }

    private func requestMetric(_ service: Service) -> ScalingPolicySettings.Metric {
        let balancer = Value(Reference(loadBalancer, .metricName))
        let groups = targetGroups(of: service).map { Value(Reference($0, .metricName)) }
        return groups.count == 1
            ? .requestsPerTarget(label: "\(balancer)/\(groups[0])")
            : .requestsOfTurns(loadBalancer: balancer, groups: groups)
    }

    private func policy(
        _ word: String, _ service: Service, _ metric: ScalingPolicySettings.Metric, _ target: Int, needs: [Dependency]
    ) -> Resource {
        Resource(
            address(.application, .scalingPolicy, "\(service.name)-\(word)"),
            .scalingPolicy(
                ScalingPolicySettings(
                    name: Value(names.name(service.name, word, limit: 255)), service: serviceID(service),
                    metric: metric, target: target)), needs: needs)
    }
}

extension Command {
    /// As a container is told.
    package var words: [String] {
        switch self {
        case .words(let words): words
        case .shell(let text): ["/bin/sh", "-c", text]
        }
    }
}
