/// Every alarm of a stack. Each looks at a figure that AWS really counts.
extension Stack {
    /// As the manifest changes them, without those that it switches off.
    package var alarmDefinitions: [AlarmDefinition] {
        standardAlarms.compactMap { $0.changed(by: alarms.changes[$0.word]) }
    }

    /// Before the manifest changes any.
    var standardAlarms: [AlarmDefinition] {
        let routed = services.filter(\.takesRequests)
        return (routed.isEmpty ? [] : balancerAlarms + routed.flatMap(balancedAlarms))
            + services.flatMap(serviceAlarms) + databaseAlarms + natZones.map(natAlarm) + certificateAlarms
            + jobs.map(jobAlarm)
    }

    /// The alarm that takes a deployment of the service back when it goes off meanwhile; nil for a service without a route, and
    /// where the manifest switches it off.
    package func deploymentAlarm(of service: Service) -> AlarmDefinition? {
        guard service.takesRequests else { return nil }
        let alarm = failingRequests(service)
        return alarm.changed(by: alarms.changes[alarm.word])
    }

    /// The alarm that ends a canary on AWS, where nothing else compares it with the old version; nil where none is carried out, where
    /// its share is too large to tell the two apart, and where the manifest switches it off.
    package func canaryAlarm(of service: Service) -> AlarmDefinition? {
        comparison(of: service).flatMap { $0.changed(by: alarms.changes[$0.word]) }
    }

    /// The zones that have a NAT gateway of their own on AWS.
    package var natZones: [Zone] {
        let all = (0..<zones).map { Zone(index: $0) }
        return switch network.nat {
        case .perZone: all
        case .single: Array(all.prefix(1))
        case .none: []
        }
    }

    private var balancerAlarms: [AlarmDefinition] {
        [
            AlarmDefinition(
                "slow", "1 in 100 requests takes longer than {threshold} s",
                [.init(.taskLatency, .percentile(99))], .above, 1, breaches: 3, of: 5),
            AlarmDefinition(
                "errors", "{threshold} % of the requests fail in a task",
                [.init(.taskErrors, .sum, id: "errors"), .init(.requests, .sum, id: "requests")],
                expression: Self.shareOfErrors, .atLeast, 5, breaches: 3, of: 5),
            AlarmDefinition(
                "unanswered", "the load balancer finds no task that answers",
                [.init(.balancerErrors, .sum)], .above, 10, breaches: 3, of: 5),
        ]
    }

    /// Per cent of `requests` that are `errors`. Of a few requests one may fail.
    private static let shareOfErrors = AlarmExpression.choice(
        .figure("requests"), above: 20,
        .quotient(.product(.number(100), .filled(.figure("errors"), 0)), .figure("requests")), .number(0))

    /// Quick, since a deployment is watched by it: ECS goes on watching for as long as it looks back.
    private func failingRequests(_ service: Service) -> AlarmDefinition {
        AlarmDefinition(
            "\(service.name)-errors", "{threshold} % of the requests to \(service.name) fail in a task",
            [
                .init(.serviceErrors(service: service.name), .sum, id: "errors"),
                .init(.serviceRequests(service: service.name), .sum, id: "requests"),
            ],
            expression: Self.shareOfErrors, .atLeast, 5, breaches: 2, of: 3)
    }

    private func balancedAlarms(_ service: Service) -> [AlarmDefinition] {
        [failingRequests(service)] + [comparison(of: service)].compactMap { $0 } + [unhealthyTasks(service)]
    }

    private func comparison(of service: Service) -> AlarmDefinition? {
        guard let canary = canaryOnAWS(of: service), canary.share <= CloudCanary.mostForComparison else { return nil }
        return CanaryAlarm(service: service.name).definition
    }

    private func unhealthyTasks(_ service: Service) -> AlarmDefinition {
        AlarmDefinition(
            "\(service.name)-unhealthy", "a task of \(service.name) fails its health check",
            [.init(.unhealthyTasks(service: service.name), .maximum)], .above, 0, breaches: 3, of: 3)
    }

    private func serviceAlarms(_ service: Service) -> [AlarmDefinition] {
        [
            ("cpu", AlarmMetric.taskProcessor(service: service.name)),
            ("memory", .taskMemory(service: service.name)),
        ].map { word, metric in
            AlarmDefinition(
                "\(service.name)-\(word)", "tasks of \(service.name) use more than {threshold} % of their \(word)",
                [.init(metric, .average)], .above, 85, breaches: 5, of: 5)
        }
    }

    private var databaseAlarms: [AlarmDefinition] {
        guard let database else { return [] }
        var alarms = [
            AlarmDefinition(
                "database-cpu", "a database server uses more than {threshold} % of its cpu",
                [.init(.databaseProcessor, .maximum)], .above, 85, breaches: 5, of: 5)
        ]
        if let most = database.capacity.maxConnections {
            alarms.append(
                AlarmDefinition(
                    "database-connections", "more than {threshold} % of the connections of a database server are taken",
                    [.init(.databaseConnections, .maximum, id: "connections")],
                    expression: .quotient(.product(.number(100), .figure("connections")), .connectionLimit(most)),
                    .above, 80, breaches: 3, of: 5))
        }
        if database.readers > 0 {
            alarms.append(
                AlarmDefinition(
                    "database-lag", "a reader is more than {threshold} ms behind the writer",
                    [.init(.databaseLag, .maximum)], .above, 1000, breaches: 5, of: 5))
        }
        if case .serverless = database.capacity {
            alarms.append(
                AlarmDefinition(
                    "database-capacity", "the database uses more than {threshold} % of the capacity it may have",
                    [.init(.databaseCapacity, .maximum)], .above, 90, breaches: 5, of: 5))
        }
        return alarms
    }

    private func natAlarm(_ zone: Zone) -> AlarmDefinition {
        AlarmDefinition(
            "nat-\(zone)", "the NAT gateway of zone \(zone) has no port left for a new connection",
            [.init(.refusedPorts(zone: zone), .sum)], .above, 0, breaches: 1, of: 1)
    }

    /// Told once for every minute in which a run ends so; one that is not told about would be missed until somebody looks.
    private func jobAlarm(_ job: ScheduledJob) -> AlarmDefinition {
        AlarmDefinition(
            "\(job.name)-failed", "a run of the job \(job.name) failed or was ended at its timeout",
            [.init(.failedRuns(job: job.name), .sum)], .above, 0, breaches: 1, of: 1)
    }

    private var certificateAlarms: [AlarmDefinition] {
        guard edge.domain != nil, services.contains(where: \.takesRequests) else { return [] }
        return [
            // ACM renews 60 days ahead: at 30 its proof is missing from the DNS. It counts once a day.
            AlarmDefinition(
                "certificate", "the load balancer's certificate ends within {threshold} days and was not renewed",
                [.init(.certificateDays, .minimum)], .below, 30, breaches: 1, of: 1, each: 86_400)
        ]
    }
}
