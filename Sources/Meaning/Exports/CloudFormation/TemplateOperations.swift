import Resources

/// What watches over the stack, in CloudFormation's words.
extension Template {
    func topic(_ settings: TopicSettings, _ name: String) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::SNS::Topic", ["TopicName": .text(settings.name), "KmsMasterKeyId": .optional(settings.key)]),
            TemplateResource(
                "AWS::SNS::TopicPolicy", suffix: "Policy", completes: true,
                ["Topics": [ref(name)], "PolicyDocument": settings.policy.tree]),
        ]
    }

    func topicSubscription(_ settings: TopicSubscriptionSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::SNS::Subscription",
                [
                    "TopicArn": .text(settings.topic), "Protocol": .word(settings.channel.rawValue),
                    "Endpoint": .word(settings.endpoint),
                ])
        ]
    }

    func alarm(_ settings: AlarmSettings) -> [TemplateResource] {
        let identity: Tree = [
            "AlarmName": .text(settings.name), "AlarmDescription": .word(settings.description),
            "ComparisonOperator": .word(settings.comparison.rawValue), "Threshold": .decimal(settings.threshold),
            "EvaluationPeriods": .number(settings.periods), "DatapointsToAlarm": .number(settings.breaches),
            "TreatMissingData": .word(settings.missing.rawValue), "AlarmActions": .texts(settings.actions),
            "OKActions": .texts(settings.actions),
        ]
        if settings.figures.count == 1, case .metric(let metric)? = settings.figures.first?.source {
            let statistic: Tree =
                metric.statistic.hasPrefix("p")
                ? ["ExtendedStatistic": .word(metric.statistic)] : ["Statistic": .word(metric.statistic)]
            return [
                TemplateResource(
                    "AWS::CloudWatch::Alarm",
                    identity + ["Namespace": .word(metric.namespace), "MetricName": .word(metric.name)] + statistic
                        + ["Period": .number(metric.period), "Dimensions": dimensions(metric)])
            ]
        }
        let queries = settings.figures.enumerated().map { index, figure in
            query(figure, isLast: index == settings.figures.count - 1)
        }
        return [TemplateResource("AWS::CloudWatch::Alarm", identity + ["Metrics": .list(queries)])]
    }

    private func dimensions(_ metric: AlarmFigure.Metric) -> Tree {
        .list(
            metric.dimensions.sorted { $0.key < $1.key }.map { ["Name": .word($0.key), "Value": .text($0.value)] })
    }

    private func query(_ figure: AlarmFigure, isLast: Bool) -> Tree {
        let source: Tree =
            switch figure.source {
            case .expression(let text): ["Expression": .word(text)]
            case .metric(let metric):
                [
                    "MetricStat": [
                        "Metric": [
                            "Namespace": .word(metric.namespace), "MetricName": .word(metric.name),
                            "Dimensions": dimensions(metric),
                        ], "Stat": .word(metric.statistic), "Period": .number(metric.period),
                    ]
                ]
            }
        return ["Id": .word(figure.id), "ReturnData": .flag(isLast)] + source
    }

    func dashboard(_ settings: DashboardSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::CloudWatch::Dashboard",
                [
                    "DashboardName": .text(settings.name),
                    "DashboardBody": Tree(json: settings.body).map { .json($0) } ?? .text(settings.body),
                ])
        ]
    }
}
