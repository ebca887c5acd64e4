import Stacks

/// Where CloudWatch has what alarms look at.
extension StackResources {
    typealias MetricPlace = (namespace: String, name: String, dimensions: [String: Value])

    /// Several where versions of a service take turns at target groups, and where AWS counts each way to fail for itself.
    func places(of metric: AlarmMetric) -> [MetricPlace] {
        switch metric {
        case .taskLatency: [atBalancer("TargetResponseTime")]
        case .taskErrors: [atBalancer("HTTPCode_Target_5XX_Count")]
        case .balancerErrors: [atBalancer("HTTPCode_ELB_5XX_Count")]
        case .requests: [atBalancer("RequestCount")]
        case .serviceErrors(let service): atTargets(of: service, "HTTPCode_Target_5XX_Count")
        case .serviceRequests(let service): atTargets(of: service, "RequestCount")
        case .unhealthyTasks(let service): atTargets(of: service, "UnHealthyHostCount")
        case .versionErrors(let service, let turn): [atTurn(turn, of: service, "HTTPCode_Target_5XX_Count")]
        case .versionRequests(let service, let turn): [atTurn(turn, of: service, "RequestCount")]
        case .versionLatency(let service, let turn): [atTurn(turn, of: service, "TargetResponseTime")]
        case .taskProcessor(let service): [("AWS/ECS", "CPUUtilization", dimensions(ofService: service))]
        case .taskMemory(let service): [("AWS/ECS", "MemoryUtilization", dimensions(ofService: service))]
        case .databaseProcessor: [atDatabase("CPUUtilization")]
        case .databaseConnections: [atDatabase("DatabaseConnections")]
        case .databaseLag: [atDatabase("AuroraReplicaLagMaximum")]
        case .databaseCapacity: [atDatabase("ACUUtilization")]
        case .refusedPorts(let zone):
            [("AWS/NATGateway", "ErrorPortAllocation", ["NatGatewayId": id(natGateway(zone))])]
        case .certificateDays:
            [("AWS/CertificateManager", "DaysToExpiry", ["CertificateArn": arn(originCertificate)])]
        case .failedRuns(let job):
            ["ExecutionsFailed", "ExecutionsTimedOut"].map { name in
                ("AWS/States", name, ["StateMachineArn": arn(stateMachine(job))])
            }
        }
    }

    private func atBalancer(_ name: String) -> MetricPlace {
        ("AWS/ApplicationELB", name, ["LoadBalancer": Value(Reference(loadBalancer, .metricName))])
    }

    private func atTargets(of service: String, _ name: String) -> [MetricPlace] {
        let groups = stack.services.first { $0.name == service }.map(targetGroups) ?? []
        return groups.map { at($0, name) }
    }

    private func atTurn(_ turn: VersionTurn, of service: String, _ name: String) -> MetricPlace {
        switch turn {
        case .first: at(targetGroup(named: service), name)
        case .second: at(secondTargetGroup(named: service), name)
        }
    }

    private func at(_ group: Address, _ name: String) -> MetricPlace {
        var place = atBalancer(name)
        place.dimensions["TargetGroup"] = Value(Reference(group, .metricName))
        return place
    }

    private func atDatabase(_ name: String) -> MetricPlace {
        ("AWS/RDS", name, ["DBClusterIdentifier": self.name(of: cluster)])
    }

    private func dimensions(ofService service: String) -> [String: Value] {
        // By its name alone: a service waits for the alarm that watches its deployments, so no alarm waits for a service.
        ["ClusterName": name(of: ecsCluster), "ServiceName": Value(serviceName(service))]
    }
}
