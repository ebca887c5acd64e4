import Resources

/// What watches over the stack, command by command.
extension ShellExport {
    func topic(_ settings: TopicSettings) -> [ShellStep] {
        let arn = Settings.topic(settings).ownARN ?? settings.name
        let key: [ShellStep] =
            settings.key.map { key in
                [
                    .run(
                        "sns set-topic-attributes",
                        [
                            ("topic-arn", .word(arn)), ("attribute-name", .word("KmsMasterKeyId")),
                            ("attribute-value", .word(key)),
                        ])
                ]
            } ?? []
        return [ShellStep.run("sns create-topic", [("name", .word(settings.name))])].quiet + key + [
            .run(
                "sns set-topic-attributes",
                [
                    ("topic-arn", .word(arn)), ("attribute-name", .word("Policy")),
                    ("attribute-value", .json(settings.policy.tree)),
                ])
        ]
    }

    func topicSubscription(_ settings: TopicSubscriptionSettings) -> [ShellStep] {
        [
            ShellStep.run(
                "sns subscribe",
                [
                    ("topic-arn", .word(settings.topic)), ("protocol", .word(Value(settings.channel.rawValue))),
                    ("notification-endpoint", .word(Value(settings.endpoint))),
                ])
        ].quiet
    }

    func alarm(_ settings: AlarmSettings) -> [ShellStep] {
        let number = { (number: Int) -> ShellCall.Argument in .word(Value("\(number)")) }
        let identity: [(name: String, value: ShellCall.Argument)] = [
            ("alarm-name", .word(settings.name)), ("alarm-description", .word(Value(settings.description))),
            ("comparison-operator", .word(Value(settings.comparison.rawValue))),
            ("threshold", .word(Value(plainNumber(settings.threshold)))),
            ("evaluation-periods", number(settings.periods)), ("datapoints-to-alarm", number(settings.breaches)),
            ("treat-missing-data", .word(Value(settings.missing.rawValue))),
            ("alarm-actions", .words(settings.actions)), ("ok-actions", .words(settings.actions)),
        ]
        if settings.figures.count == 1, case .metric(let metric)? = settings.figures.first?.source {
            let name = metric.statistic.hasPrefix("p") ? "extended-statistic" : "statistic"
            let dimensions = metric.dimensions.sorted { $0.key < $1.key }.map {
                "Name=\($0.key),Value=\($0.value)" as Value
            }
            return [
                .run(
                    "cloudwatch put-metric-alarm",
                    identity + [
                        ("namespace", .word(Value(metric.namespace))), ("metric-name", .word(Value(metric.name))),
                        (name, .word(Value(metric.statistic))), ("period", number(metric.period)),
                        ("dimensions", .words(dimensions)),
                    ])
            ]
        }
        return [.run("cloudwatch put-metric-alarm", identity + [("metrics", .json(settings.queries))])]
    }

    func dashboard(_ settings: DashboardSettings) -> [ShellStep] {
        let body: ShellCall.Argument = Tree(json: settings.body).map { .json($0) } ?? .word(settings.body)
        return [
            ShellStep.run(
                "cloudwatch put-dashboard", [("dashboard-name", .word(settings.name)), ("dashboard-body", body)])
        ].quiet
    }
}
