import AWSServices
import AWSWire
import Resources

extension LoadBalancerSettings {
    /// As DescribeLoadBalancers and DescribeLoadBalancerAttributes tell it.
    init(_ balancer: ELBv2.LoadBalancer, attributes: [String: String]) {
        let flag = { (name: String) in attributes[name] == "true" }
        let bucket = attributes["access_logs.s3.bucket"] ?? ""
        self.init(
            name: Value(balancer.loadBalancerName ?? ""),
            scheme: balancer.scheme.flatMap { Scheme(rawValue: $0.rawValue) } ?? .public,
            vpc: Value(balancer.vpcId ?? ""),
            subnets: balancer.availabilityZones.compactMap(\.subnetId).map { Value($0) },
            groups: balancer.securityGroups.map { Value($0) },
            accessLog: flag("access_logs.s3.enabled")
                ? AccessLogPlace(bucket: Value(bucket), prefix: attributes["access_logs.s3.prefix"] ?? "") : nil,
            deletionProtection: flag("deletion_protection.enabled"),
            dropsInvalidHeaders: flag("routing.http.drop_invalid_header_fields.enabled"),
            desync: attributes["routing.http.desync_mitigation_mode"].flatMap(Desync.init(rawValue:)) ?? .defensive,
            idleTimeout: attributes["idle_timeout.timeout_seconds"].flatMap { Int($0) } ?? 60,
            zonalShift: flag("zonal_shift.config.enabled"))
    }
}

/// What is said to Elastic Load Balancing about a load balancer.
enum LoadBalancerCalls {
    static func create(_ balancer: LoadBalancerSettings, tags: [String: String]) -> ELBv2.CreateLoadBalancerRequest {
        ELBv2.CreateLoadBalancerRequest(
            name: balancer.name.text, subnets: balancer.subnets.map(\.text),
            securityGroups: balancer.groups.map(\.text),
            scheme: ELBv2.LoadBalancerSchemeEnum(rawValue: balancer.scheme.rawValue), tags: ELBv2.Tag.list(tags),
            type: "application", ipAddressType: "ipv4")
    }

    static func changes(
        _ desired: LoadBalancerSettings, from observed: LoadBalancerSettings, arn: String
    ) -> [any WireRequest] {
        var calls: [any WireRequest] = []
        if Set(desired.subnets) != Set(observed.subnets) {
            calls.append(ELBv2.SetSubnetsRequest(loadBalancerArn: arn, subnets: desired.subnets.map(\.text)))
        }
        if Set(desired.groups) != Set(observed.groups) {
            calls.append(
                ELBv2.SetSecurityGroupsRequest(loadBalancerArn: arn, securityGroups: desired.groups.map(\.text)))
        }
        let now = attributes(observed)
        let different = attributes(desired).filter { now[$0.key] != $0.value }
        // A log's place is three attributes that AWS checks together.
        let log = different.keys.contains { $0.hasPrefix("access_logs") }
        let whole = log ? attributes(desired).filter { $0.key.hasPrefix("access_logs") } : [:]
        let sent = different.merging(whole) { first, _ in first }
        if !sent.isEmpty { calls.append(modify(arn, sent)) }
        return calls
    }

    static func modify(_ arn: String, _ attributes: [String: String]) -> ELBv2.ModifyLoadBalancerAttributesRequest {
        ELBv2.ModifyLoadBalancerAttributesRequest(
            loadBalancerArn: arn,
            attributes: attributes.sorted { $0.key < $1.key }.map {
                ELBv2.LoadBalancerAttribute(key: $0.key, value: $0.value)
            })
    }

    static func state(_ balancer: ELBv2.LoadBalancer) -> Observed.State {
        let reason = balancer.state?.reason.map { ": \($0)" } ?? ""
        return switch balancer.state?.code {
        case "active"?: .ready
        case "failed"?: .failed("its state is failed\(reason)")
        case "active_impaired"?: .failed("it could not get all the capacity it needs\(reason)")
        case let code?: .pending("\(code.rawValue)\(reason)")
        case nil: .pending("no state yet")
        }
    }

    /// By AWS's own names.
    private static func attributes(_ balancer: LoadBalancerSettings) -> [String: String] {
        var attributes = [
            "access_logs.s3.enabled": String(balancer.accessLog != nil),
            "deletion_protection.enabled": String(balancer.deletionProtection),
            "routing.http.drop_invalid_header_fields.enabled": String(balancer.dropsInvalidHeaders),
            "routing.http.desync_mitigation_mode": balancer.desync.rawValue,
            "idle_timeout.timeout_seconds": String(balancer.idleTimeout),
            "zonal_shift.config.enabled": String(balancer.zonalShift),
        ]
        if let log = balancer.accessLog {
            attributes["access_logs.s3.bucket"] = log.bucket.text
            attributes["access_logs.s3.prefix"] = log.prefix
        }
        return attributes
    }
}
