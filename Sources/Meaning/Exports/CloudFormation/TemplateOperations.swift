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
                        + ["Period": .number(metric.period), "Dimensions": metric.dimensionTree])
            ]
        }
        return [TemplateResource("AWS::CloudWatch::Alarm", identity + ["Metrics": settings.queries])]
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
