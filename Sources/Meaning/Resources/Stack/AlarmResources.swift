import Stacks

/// Who is told, and of what.
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
        ] + stack.alarms.notify.filter { !stack.alarms.ownWebhooks.contains($0) }.map { subscription($0) }
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

    var alarms: [Resource] { stack.alarmDefinitions.map(alarm) }

    /// The names of the alarms that take a deployment of the service back.
    func deploymentAlarms(of service: Service) -> [Value] {
        // ECS asks for its state when a deployment begins.
        stack.deploymentAlarm(of: service).map { [name(of: address($0))] } ?? []
    }

    private func address(_ definition: AlarmDefinition) -> Address {
        address(.operations, .alarm, definition.word)
    }

    /// The stack's own definition, in CloudWatch's words.
    private func alarm(_ definition: AlarmDefinition) -> Resource {
        // CloudWatch takes one metric as it is, several as a list with the expression last.
        let figures = definition.figures.map { figure in
            AlarmFigure(id: figure.id, source: .metric(metric(figure, period: definition.period)))
        }
        let share = definition.expression.map { AlarmFigure(id: "share", source: .expression($0.written)) }
        return Resource(
            address(definition),
            .alarm(
                AlarmSettings(
                    name: Value(names.name(definition.word, limit: 255)), description: definition.summary,
                    figures: figures + (share.map { [$0] } ?? []), comparison: .init(definition.comparison),
                    threshold: definition.threshold, breaches: definition.breaches, periods: definition.periods,
                    missing: .init(definition.missing), actions: [arn(topic)])))
    }

    private func metric(_ figure: AlarmDefinition.Figure, period: Int) -> AlarmFigure.Metric {
        let (namespace, name, dimensions) = place(of: figure.metric)
        return AlarmFigure.Metric(namespace, name, dimensions, figure.statistic.description, period: period)
    }

    /// Where CloudWatch has the figure.
    private func place(of metric: AlarmMetric) -> (namespace: String, name: String, dimensions: [String: Value]) {
        let balancer = ("AWS/ApplicationELB", ["LoadBalancer": Value(Reference(loadBalancer, .metricName))])
        let database = ("AWS/RDS", ["DBClusterIdentifier": name(of: cluster)])
        func group(_ service: String) -> [String: Value] {
            balancer.1.merging(["TargetGroup": Value(Reference(targetGroup(named: service), .metricName))]) { $1 }
        }
        switch metric {
        case .taskLatency: return (balancer.0, "TargetResponseTime", balancer.1)
        case .taskErrors: return (balancer.0, "HTTPCode_Target_5XX_Count", balancer.1)
        case .balancerErrors: return (balancer.0, "HTTPCode_ELB_5XX_Count", balancer.1)
        case .requests: return (balancer.0, "RequestCount", balancer.1)
        case .serviceErrors(let service): return (balancer.0, "HTTPCode_Target_5XX_Count", group(service))
        case .serviceRequests(let service): return (balancer.0, "RequestCount", group(service))
        case .unhealthyTasks(let service): return (balancer.0, "UnHealthyHostCount", group(service))
        case .taskProcessor(let service): return ("AWS/ECS", "CPUUtilization", dimensions(ofService: service))
        case .taskMemory(let service): return ("AWS/ECS", "MemoryUtilization", dimensions(ofService: service))
        case .databaseProcessor: return (database.0, "CPUUtilization", database.1)
        case .databaseConnections: return (database.0, "DatabaseConnections", database.1)
        case .databaseLag: return (database.0, "AuroraReplicaLagMaximum", database.1)
        case .databaseCapacity: return (database.0, "ACUUtilization", database.1)
        case .refusedPorts(let zone):
            return ("AWS/NATGateway", "ErrorPortAllocation", ["NatGatewayId": id(natGateway(zone))])
        case .certificateDays:
            return ("AWS/CertificateManager", "DaysToExpiry", ["CertificateArn": arn(originCertificate)])
        }
    }

    private func dimensions(ofService service: String) -> [String: Value] {
        // By its name alone: a service waits for the alarm that watches its deployments, so no alarm waits for a service.
        ["ClusterName": name(of: ecsCluster), "ServiceName": Value(serviceName(service))]
    }
}

extension AlarmSettings.Comparison {
    fileprivate init(_ comparison: AlarmDefinition.Comparison) {
        self =
            switch comparison {
            case .above: .above
            case .atLeast: .atLeast
            case .below: .below
            case .atMost: .atMost
            }
    }
}

extension AlarmSettings.Missing {
    fileprivate init(_ missing: AlarmDefinition.Missing) {
        self =
            switch missing {
            case .missing: .missing
            case .notBreaching: .notBreaching
            case .breaching: .breaching
            case .ignore: .ignore
            }
    }
}
