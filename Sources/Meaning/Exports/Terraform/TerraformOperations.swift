import Resources

/// What watches over the stack, in Terraform's words.
extension TerraformExport {
    func topic(_ settings: TopicSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_sns_topic", name,
                ["name": .text(settings.name), "kms_master_key_id": .optional(settings.key)]),
            resource(
                "aws_sns_topic_policy", name, completes: true,
                ["arn": .expression("aws_sns_topic.\(name).arn"), "policy": .json(settings.policy.tree)]),
        ]
    }

    func topicSubscription(_ settings: TopicSubscriptionSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_sns_topic_subscription", name,
                [
                    "topic_arn": .text(settings.topic), "protocol": .word(settings.channel.rawValue),
                    "endpoint": .word(settings.endpoint),
                ])
        ]
    }

    func alarm(_ settings: AlarmSettings, _ name: String) -> [TerraformBlock] {
        let identity: Tree = [
            "alarm_name": .text(settings.name), "alarm_description": .word(settings.description),
            "comparison_operator": .word(settings.comparison.rawValue), "threshold": .decimal(settings.threshold),
            "evaluation_periods": .number(settings.periods), "datapoints_to_alarm": .number(settings.breaches),
            "treat_missing_data": .word(settings.missing.rawValue), "alarm_actions": .texts(settings.actions),
            "ok_actions": .texts(settings.actions),
        ]
        if settings.figures.count == 1, case .metric(let metric)? = settings.figures.first?.source {
            let statistic: Tree =
                metric.statistic.hasPrefix("p")
                ? ["extended_statistic": .word(metric.statistic)] : ["statistic": .word(metric.statistic)]
            return [
                resource(
                    "aws_cloudwatch_metric_alarm", name,
                    identity + [
                        "namespace": .word(metric.namespace), "metric_name": .word(metric.name),
                    ] + statistic + [
                        "period": .number(metric.period), "dimensions": metric.dimensions.tree { .text($0) },
                    ])
            ]
        }
        let queries = settings.figures.enumerated().map { index, figure in
            query(figure, isLast: index == settings.figures.count - 1)
        }
        return [resource("aws_cloudwatch_metric_alarm", name, identity + ["metric_query": .blocks(queries)])]
    }

    private func query(_ figure: AlarmFigure, isLast: Bool) -> Tree {
        let source: Tree =
            switch figure.source {
            case .expression(let text): ["expression": .word(text)]
            case .metric(let metric):
                [
                    "metric": .block([
                        "namespace": .word(metric.namespace), "metric_name": .word(metric.name),
                        "stat": .word(metric.statistic), "period": .number(metric.period),
                        "dimensions": metric.dimensions.tree { .text($0) },
                    ])
                ]
            }
        return ["id": .word(figure.id), "return_data": .flag(isLast)] + source
    }

    func dashboard(_ settings: DashboardSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_cloudwatch_dashboard", name,
                [
                    "dashboard_name": .text(settings.name),
                    "dashboard_body": Tree(json: settings.body).map { .json($0) } ?? .text(settings.body),
                ])
        ]
    }
}
