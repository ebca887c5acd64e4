import Resources

/// An alarm's figures in CloudWatch's own words.
extension AlarmSettings {
    /// The last one is what the alarm looks at.
    var queries: Tree {
        .list(figures.enumerated().map { index, figure in figure.query(isLast: index == figures.count - 1) })
    }
}

extension AlarmFigure {
    fileprivate func query(isLast: Bool) -> Tree {
        let source: Tree =
            switch source {
            case .expression(let text): ["Expression": .word(text)]
            case .metric(let metric):
                [
                    "MetricStat": [
                        "Metric": [
                            "Namespace": .word(metric.namespace), "MetricName": .word(metric.name),
                            "Dimensions": metric.dimensionTree,
                        ], "Stat": .word(metric.statistic), "Period": .number(metric.period),
                    ]
                ]
            }
        return ["Id": .word(id), "ReturnData": .flag(isLast)] + source
    }
}

extension AlarmFigure.Metric {
    var dimensionTree: Tree {
        .list(dimensions.sorted { $0.key < $1.key }.map { ["Name": .word($0.key), "Value": .text($0.value)] })
    }
}
