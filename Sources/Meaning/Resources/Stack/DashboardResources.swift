import Stacks

/// One page with the figures of every tier.
extension StackResources {
    var dashboard: [Resource] {
        let widgets =
            balancerWidgets + [taskWidget("CPUUtilization"), taskWidget("MemoryUtilization")] + databaseWidgets
        let placed = widgets.enumerated().map { index, widget in
            // Two in a row; the page is 24 wide.
            """
            {"type":"metric","x":\(12 * (index % 2)),"y":\(6 * (index / 2)),"width":12,"height":6,"properties":\(widget)}
            """ as Value
        }
        return [
            Resource(
                address(.operations, .dashboard),
                .dashboard(
                    DashboardSettings(
                        name: Value(names.name(limit: 255)),
                        body: "{\"widgets\":[\(Value.joined(placed, by: ","))]}")))
        ]
    }

    private var balancerWidgets: [Value] {
        guard !routed.isEmpty else { return [] }
        let balancer: Value = "\"LoadBalancer\",\"\(Reference(loadBalancer, .metricName))\""
        let row = { (figure: String) -> Value in "[\"AWS/ApplicationELB\",\"\(figure)\",\(balancer)]" }
        return [
            widget(
                "Requests", "Sum",
                [row("RequestCount"), row("HTTPCode_Target_5XX_Count"), row("HTTPCode_ELB_5XX_Count")]),
            widget("Response time, 99 of 100", "p99", [row("TargetResponseTime")]),
        ]
    }

    private func taskWidget(_ figure: String) -> Value {
        widget(
            figure, "Average",
            stack.services.map { service in
                """
                ["AWS/ECS","\(figure)","ClusterName","\(name(of: ecsCluster))","ServiceName","\(name(of: ecsService(service)))"]
                """
            })
    }

    private var databaseWidgets: [Value] {
        guard stack.database != nil else { return [] }
        let cluster: Value = "\"DBClusterIdentifier\",\"\(name(of: cluster))\""
        let row = { (figure: String) -> Value in "[\"AWS/RDS\",\"\(figure)\",\(cluster)]" }
        return [
            widget("Database", "Maximum", [row("CPUUtilization"), row("DatabaseConnections")]),
            widget("Replica lag, ms", "Maximum", [row("AuroraReplicaLagMaximum")]),
        ]
    }

    private func widget(_ title: String, _ statistic: String, _ rows: [Value]) -> Value {
        """
        {"title":"\(title)","region":"\(Lookup.region)","stat":"\(statistic)","period":60,"metrics":[\(Value.joined(rows, by: ","))]}
        """
    }
}
