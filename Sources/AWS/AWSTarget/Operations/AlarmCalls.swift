import AWSServices
import AWSWire
import Resources

extension AlarmSettings {
    /// As CloudWatch tells it: one metric stands in the alarm itself, several in a list with the expression last.
    init(_ alarm: CloudWatch.MetricAlarm) {
        self.init(
            name: Value(alarm.alarmName ?? ""), description: alarm.alarmDescription ?? "",
            figures: alarm.metrics.isEmpty ? [AlarmFigure(single: alarm)] : AlarmCalls.figures(alarm.metrics),
            comparison: alarm.comparisonOperator.flatMap { Comparison(rawValue: $0.rawValue) } ?? .above,
            threshold: alarm.threshold ?? 0, breaches: alarm.datapointsToAlarm ?? alarm.evaluationPeriods ?? 0,
            periods: alarm.evaluationPeriods ?? 0,
            missing: alarm.treatMissingData.flatMap(Missing.init(rawValue:)) ?? .missing,
            actions: (alarm.actionsEnabled ?? true) ? alarm.alarmActions.map { Value($0) } : [])
    }
}

extension AlarmFigure {
    fileprivate init(single alarm: CloudWatch.MetricAlarm) {
        self.init(
            id: AlarmCalls.onlyID,
            source: .metric(
                Metric(
                    alarm.namespace ?? "", alarm.metricName ?? "", AlarmCalls.dimensions(alarm.dimensions),
                    alarm.statistic?.rawValue ?? alarm.extendedStatistic ?? "", period: alarm.period ?? 60)))
    }

    fileprivate init(_ query: CloudWatch.MetricDataQuery) {
        let metric = query.metricStat?.metric
        self.init(
            id: query.id ?? "",
            source: query.expression.map(Source.expression)
                ?? .metric(
                    Metric(
                        metric?.namespace ?? "", metric?.metricName ?? "",
                        AlarmCalls.dimensions(metric?.dimensions ?? []),
                        query.metricStat?.stat ?? "", period: query.metricStat?.period ?? 60)))
    }
}

/// What is said to CloudWatch about an alarm; one call makes it and changes it.
enum AlarmCalls {
    /// The id of a figure that is the only one, which CloudWatch does not keep.
    static let onlyID = "m1"

    static func put(_ alarm: AlarmSettings, tags: [String: String]?) -> CloudWatch.PutMetricAlarmRequest {
        var call = CloudWatch.PutMetricAlarmRequest(
            alarmName: alarm.name.text, alarmDescription: alarm.description, actionsEnabled: true,
            okActions: alarm.actions.map(\.text), alarmActions: alarm.actions.map(\.text),
            evaluationPeriods: alarm.periods, datapointsToAlarm: alarm.breaches, threshold: alarm.threshold,
            comparisonOperator: CloudWatch.ComparisonOperator(rawValue: alarm.comparison.rawValue),
            treatMissingData: alarm.missing.rawValue, tags: tags.map { CloudWatch.Tag.list($0) })
        if alarm.figures.count == 1, case .metric(let metric)? = alarm.figures.first?.source {
            call.namespace = metric.namespace
            call.metricName = metric.name
            call.dimensions = dimensions(metric.dimensions)
            call.period = metric.period
            if plainStatistics.contains(metric.statistic) {
                call.statistic = CloudWatch.Statistic(rawValue: metric.statistic)
            } else {
                call.extendedStatistic = metric.statistic
            }
        } else {
            let last = alarm.figures.count - 1
            call.metrics = alarm.figures.enumerated().map { query($0.element, isResult: $0.offset == last) }
        }
        return call
    }

    /// In CloudWatch's order, with the result last.
    static func figures(_ queries: [CloudWatch.MetricDataQuery]) -> [AlarmFigure] {
        (queries.filter { $0.returnData == false } + queries.filter { $0.returnData != false }).map(
            AlarmFigure.init(_:))
    }

    static func dimensions(_ dimensions: [CloudWatch.Dimension]) -> [String: Value] {
        Dictionary(dimensions.map { ($0.name ?? "", Value($0.value ?? "")) }) { first, _ in first }
    }

    private static let plainStatistics: Set<String> = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]

    private static func dimensions(_ dimensions: [String: Value]) -> [CloudWatch.Dimension] {
        dimensions.sorted { $0.key < $1.key }.map { CloudWatch.Dimension(name: $0.key, value: $0.value.text) }
    }

    private static func query(_ figure: AlarmFigure, isResult: Bool) -> CloudWatch.MetricDataQuery {
        switch figure.source {
        case .expression(let text):
            CloudWatch.MetricDataQuery(id: figure.id, expression: text, returnData: isResult)
        case .metric(let metric):
            CloudWatch.MetricDataQuery(
                id: figure.id,
                metricStat: CloudWatch.MetricStat(
                    metric: CloudWatch.Metric(
                        namespace: metric.namespace, metricName: metric.name, dimensions: dimensions(metric.dimensions)),
                    period: metric.period, stat: metric.statistic),
                returnData: isResult)
        }
    }
}
