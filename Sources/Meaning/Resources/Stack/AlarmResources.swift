import Stacks

/// Who is told, and of what. Every figure is one that AWS really counts.
extension StackResources {
    var topic: Address { address(.operations, .topic, "alarms") }

    var alarmTopic: [Resource] {
        let key = address(.operations, .encryptionKey, "alarms")
        return [
            Resource(
                key,
                .encryptionKey(
                    EncryptionKeySettings(
                        alias: "alias/\(names.name("alarms", limit: 200))",
                        description: "Alarms of \(stack.fullName) on their way", policy: keyPolicy))),
            Resource(
                topic,
                .topic(
                    TopicSettings(
                        name: Value(names.name("alarms", limit: 256)), key: id(key), policy: topicPolicy))),
        ] + stack.alarms.notify.map { subscription($0) }
    }

    private func subscription(_ endpoint: String) -> Resource {
        Resource(
            address(.operations, .topicSubscription, Names.hash(endpoint)),
            .topicSubscription(
                TopicSubscriptionSettings(
                    topic: arn(topic), channel: endpoint.hasPrefix("https://") ? .https : .email, endpoint: endpoint)))
    }

    private static let publishers: [PolicyStatement.Principal] = [
        .service("cloudwatch.amazonaws.com"), .service("events.rds.amazonaws.com"),
    ]

    private var fromThisAccount: [PolicyCondition] {
        [PolicyCondition("StringEquals", "aws:SourceAccount", [Value(Lookup.account)])]
    }

    private var topicPolicy: PolicyDocument {
        PolicyDocument([
            PolicyStatement(
                "Publish", principals: Self.publishers, actions: ["sns:Publish"],
                resources: [arn(of: "sns", Value(names.name("alarms", limit: 256)))], conditions: fromThisAccount)
        ])
    }

    private var keyPolicy: PolicyDocument {
        PolicyDocument([
            // Without it nobody could ever change the key again; IAM decides who in the account may.
            PolicyStatement(
                "Account", principals: [.aws("arn:\(Lookup.partition):iam::\(Lookup.account):root")],
                actions: ["kms:*"], resources: ["*"]),
            PolicyStatement(
                "Publish", principals: Self.publishers, actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
                resources: ["*"], conditions: fromThisAccount),
        ])
    }

    // MARK: Alarms

    var alarms: [Resource] {
        (routed.isEmpty ? [] : balancerAlarms + routed.map(unhealthyTasks))
            + stack.services.flatMap(serviceAlarms) + databaseAlarms + natZones.map(natAlarm) + certificateAlarms
    }

    private var balancerDimensions: [String: Value] {
        ["LoadBalancer": Value(Reference(loadBalancer, .metricName))]
    }

    private var balancerAlarms: [Resource] {
        let balancer = "AWS/ApplicationELB"
        return [
            alarm(
                "slow", "1 in 100 requests takes longer than a second",
                [metric(balancer, "TargetResponseTime", balancerDimensions, "p99")], .above, 1, breaches: 3, of: 5),
            alarm(
                "errors", "1 in 20 requests fails in a task",
                [
                    metric(balancer, "HTTPCode_Target_5XX_Count", balancerDimensions, "Sum", id: "errors"),
                    metric(balancer, "RequestCount", balancerDimensions, "Sum", id: "requests"),
                    // Of a few requests one may fail.
                    AlarmFigure(
                        id: "share",
                        source: .expression("IF(requests > 20, 100 * FILL(errors, 0) / requests, 0)")),
                ], .atLeast, 5, breaches: 3, of: 5),
            alarm(
                "unanswered", "the load balancer finds no task that answers",
                [metric(balancer, "HTTPCode_ELB_5XX_Count", balancerDimensions, "Sum")], .above, 10, breaches: 3, of: 5),
        ]
    }

    private func unhealthyTasks(_ service: Service) -> Resource {
        let dimensions = balancerDimensions.merging(
            ["TargetGroup": Value(Reference(targetGroup(service), .metricName))]
        ) { $1 }
        return alarm(
            "\(service.name)-unhealthy", "a task of \(service.name) fails its health check",
            [metric("AWS/ApplicationELB", "UnHealthyHostCount", dimensions, "Maximum")], .above, 0, breaches: 3, of: 3)
    }

    private func serviceAlarms(_ service: Service) -> [Resource] {
        let dimensions = [
            "ClusterName": name(of: ecsCluster), "ServiceName": name(of: ecsService(service)),
        ]
        return [("cpu", "CPUUtilization"), ("memory", "MemoryUtilization")].map { word, figure in
            alarm(
                "\(service.name)-\(word)", "tasks of \(service.name) use more than 85 % of their \(word)",
                [metric("AWS/ECS", figure, dimensions, "Average")], .above, 85, breaches: 5, of: 5)
        }
    }

    private func natAlarm(_ zone: Zone) -> Resource {
        alarm(
            "nat-\(zone)", "the NAT gateway of zone \(zone) has no port left for a new connection",
            [
                metric("AWS/NATGateway", "ErrorPortAllocation", ["NatGatewayId": id(natGateway(zone))], "Sum")
            ], .above, 0, breaches: 1, of: 1)
    }

    private var certificateAlarms: [Resource] {
        guard stack.edge.domain != nil, !routed.isEmpty else { return [] }
        return [
            // ACM renews 60 days ahead: at 30 its proof is missing from the DNS. It counts once a day.
            alarm(
                "certificate", "the load balancer's certificate ends within 30 days and was not renewed",
                [
                    metric(
                        "AWS/CertificateManager", "DaysToExpiry", ["CertificateArn": arn(originCertificate)],
                        "Minimum", period: 86_400)
                ], .below, 30, breaches: 1, of: 1)
        ]
    }

    // MARK: Their parts

    func metric(
        _ namespace: String, _ name: String, _ dimensions: [String: Value], _ statistic: String, period: Int = 60,
        id: String = "m1"
    ) -> AlarmFigure {
        AlarmFigure(
            id: id, source: .metric(AlarmFigure.Metric(namespace, name, dimensions, statistic, period: period)))
    }

    func alarm(
        _ word: String, _ description: String, _ figures: [AlarmFigure], _ comparison: AlarmSettings.Comparison,
        _ threshold: Double, breaches: Int, of periods: Int
    ) -> Resource {
        Resource(
            address(.operations, .alarm, word),
            .alarm(
                AlarmSettings(
                    name: Value(names.name(word, limit: 255)), description: description, figures: figures,
                    comparison: comparison, threshold: threshold, breaches: breaches, periods: periods,
                    // No requests, no connections, no errors: AWS then counts nothing at all.
                    missing: .notBreaching, actions: [arn(topic)])))
    }
}
