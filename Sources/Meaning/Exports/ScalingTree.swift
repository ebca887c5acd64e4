import Resources

/// What a scaling policy follows, in the words of Application Auto Scaling's own API, which CloudFormation shares.
/// Source: botocore 1.43.11, service model `application-autoscaling`, shape TargetTrackingScalingPolicyConfiguration.
enum ScalingTree {
    static func metric(_ metric: ScalingPolicySettings.Metric) -> Tree {
        switch metric {
        case .cpu: predefined(["PredefinedMetricType": "ECSServiceAverageCPUUtilization"])
        case .requestsPerTarget(let label):
            predefined(["PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": .text(label)])
        case .requestsOfTurns(let balancer, let groups):
            ["CustomizedMetricSpecification": ["Metrics": .list(queries(balancer, groups))]]
        }
    }

    private static func predefined(_ metric: Tree) -> Tree { ["PredefinedMetricSpecification": metric] }

    private static func queries(_ balancer: Value, _ groups: [Value]) -> [Tree] {
        let turns = RequestsOfTurns(count: groups.count)
        let metrics = zip(turns.ids, groups).map { id, group -> Tree in
            [
                "Id": .word(id), "ReturnData": false,
                "MetricStat": [
                    "Metric": [
                        "Namespace": .word(RequestsOfTurns.namespace), "MetricName": .word(RequestsOfTurns.metric),
                        "Dimensions": [
                            ["Name": "LoadBalancer", "Value": .text(balancer)],
                            ["Name": "TargetGroup", "Value": .text(group)],
                        ],
                    ], "Stat": .word(RequestsOfTurns.statistic),
                ],
            ]
        }
        return metrics + [["Id": .word(RequestsOfTurns.sumID), "Expression": .word(turns.sum), "ReturnData": true]]
    }
}
