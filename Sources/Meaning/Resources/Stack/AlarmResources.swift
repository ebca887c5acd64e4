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
        [stack.deploymentAlarm(of: service), stack.canaryAlarm(of: service)].compactMap { $0 }.map {
            name(of: address($0))
        }
    }

    private func address(_ definition: AlarmDefinition) -> Address {
        address(.operations, .alarm, definition.word)
    }

    /// The stack's own definition, in CloudWatch's words.
    private func alarm(_ definition: AlarmDefinition) -> Resource {
        // CloudWatch takes one metric as it is, several as a list with the expression last.
        let figures = definition.figures.flatMap { self.figures($0, period: definition.period) }
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

    /// Several where AWS counts at several places: then the figure is their sum.
    private func figures(_ figure: AlarmDefinition.Figure, period: Int) -> [AlarmFigure] {
        let places = places(of: figure.metric)
        let ids = places.count == 1 ? [figure.id] : places.indices.map { "\(figure.id)_\($0 + 1)" }
        let metrics = zip(ids, places).map { id, place in
            AlarmFigure(
                id: id,
                source: .metric(
                    AlarmFigure.Metric(
                        place.namespace, place.name, place.dimensions, figure.statistic.description, period: period)))
        }
        guard places.count > 1 else { return metrics }
        // Where nothing has happened there is no figure.
        let sum = ids.map { AlarmExpression.filled(.figure($0), 0).written }.joined(separator: " + ")
        return metrics + [AlarmFigure(id: figure.id, source: .expression(sum))]
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
