import AWSServices
import AWSWire
import Resources

extension TargetGroupSettings {
    /// As DescribeTargetGroups and DescribeTargetGroupAttributes tell it.
    init(_ group: ELBv2.TargetGroup, attributes: [String: String]) {
        self.init(
            name: Value(group.targetGroupName ?? ""), vpc: Value(group.vpcId ?? ""), port: group.port ?? 0,
            health: TargetHealthCheck(
                path: group.healthCheckPath ?? "/", interval: group.healthCheckIntervalSeconds ?? 30,
                timeout: group.healthCheckTimeoutSeconds ?? 5, healthy: group.healthyThresholdCount ?? 5,
                unhealthy: group.unhealthyThresholdCount ?? 2,
                codes: group.matcher?.grpcCode ?? group.matcher?.httpCode ?? "200"),
            deregistrationDelay: attributes["deregistration_delay.timeout_seconds"].flatMap { Int($0) } ?? 300,
            algorithm: attributes["load_balancing.algorithm.type"].flatMap(Algorithm.init(rawValue:)) ?? .roundRobin,
            version: group.protocolVersion ?? "HTTP1",
            sticky: attributes["stickiness.enabled"] == "true"
                ? attributes["stickiness.lb_cookie.duration_seconds"].flatMap { Int($0) } : nil,
            // 0 switches it off.
            slowStart: attributes["slow_start.duration_seconds"].flatMap { Int($0) }.flatMap { $0 == 0 ? nil : $0 })
    }
}

/// What is said to Elastic Load Balancing about a target group.
enum TargetGroupCalls {
    static func create(_ group: TargetGroupSettings, tags: [String: String]) -> ELBv2.CreateTargetGroupRequest {
        ELBv2.CreateTargetGroupRequest(
            name: group.name.text, protocol: "HTTP", protocolVersion: group.version, port: group.port,
            vpcId: group.vpc.text,
            healthCheckProtocol: "HTTP", healthCheckEnabled: true, healthCheckPath: group.health.path,
            healthCheckIntervalSeconds: group.health.interval, healthCheckTimeoutSeconds: group.health.timeout,
            healthyThresholdCount: group.health.healthy, unhealthyThresholdCount: group.health.unhealthy,
            matcher: matcher(group), targetType: "ip", tags: ELBv2.Tag.list(tags))
    }

    static func changes(
        _ desired: TargetGroupSettings, from observed: TargetGroupSettings, arn: String
    ) -> [any WireRequest] {
        var calls: [any WireRequest] = []
        if desired.health != observed.health {
            calls.append(
                ELBv2.ModifyTargetGroupRequest(
                    targetGroupArn: arn, healthCheckPath: desired.health.path,
                    healthCheckIntervalSeconds: desired.health.interval,
                    healthCheckTimeoutSeconds: desired.health.timeout,
                    healthyThresholdCount: desired.health.healthy,
                    unhealthyThresholdCount: desired.health.unhealthy,
                    matcher: matcher(desired)))
        }
        let now = attributes(observed)
        let different = attributes(desired).filter { now[$0.key] != $0.value }
        if !different.isEmpty {
            calls.append(
                ELBv2.ModifyTargetGroupAttributesRequest(
                    targetGroupArn: arn,
                    attributes: different.sorted { $0.key < $1.key }.map {
                        ELBv2.TargetGroupAttribute(key: $0.key, value: $0.value)
                    }))
        }
        return calls
    }

    private static func matcher(_ group: TargetGroupSettings) -> ELBv2.Matcher {
        group.version == "GRPC"
            ? ELBv2.Matcher(grpcCode: group.health.codes) : ELBv2.Matcher(httpCode: group.health.codes)
    }

    private static func attributes(_ group: TargetGroupSettings) -> [String: String] {
        var attributes = [
            "deregistration_delay.timeout_seconds": String(group.deregistrationDelay),
            "load_balancing.algorithm.type": group.algorithm.rawValue,
            "stickiness.enabled": group.sticky == nil ? "false" : "true",
            "slow_start.duration_seconds": String(group.slowStart ?? 0),
        ]
        if let sticky = group.sticky {
            attributes["stickiness.type"] = "lb_cookie"
            attributes["stickiness.lb_cookie.duration_seconds"] = String(sticky)
        }
        return attributes
    }
}
