/// An application load balancer with its attributes.
package struct LoadBalancerSettings: ResourceSettings {
    package enum Scheme: String, Sendable, Hashable {
        case `public` = "internet-facing"
        case `internal`
    }
    package enum Desync: String, Sendable, Hashable { case monitor, defensive, strictest }

    package static let kind = ResourceKind.loadBalancer
    /// Unique in the account and region; at most 32 characters.
    package var name: Value
    package var scheme: Scheme
    /// The network of its subnets, which it cannot leave.
    package var vpc: Value
    package var subnets: [Value]
    package var groups: [Value]
    package var accessLog: AccessLogPlace?
    package var deletionProtection: Bool
    package var dropsInvalidHeaders: Bool
    package var desync: Desync
    /// Seconds without a byte before a connection ends; an application must keep idle ones longer.
    package var idleTimeout: Int
    package var zonalShift: Bool

    package init(
        name: Value, scheme: Scheme, vpc: Value, subnets: [Value], groups: [Value], accessLog: AccessLogPlace? = nil,
        deletionProtection: Bool = true, dropsInvalidHeaders: Bool = true, desync: Desync = .defensive,
        idleTimeout: Int = 60, zonalShift: Bool = true
    ) {
        self.name = name
        self.scheme = scheme
        self.vpc = vpc
        self.subnets = subnets
        self.groups = groups
        self.accessLog = accessLog
        self.deletionProtection = deletionProtection
        self.dropsInvalidHeaders = dropsInvalidHeaders
        self.desync = desync
        self.idleTimeout = idleTimeout
        self.zonalShift = zonalShift
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&vpc)
        subnets.visitValues(visit)
        groups.visitValues(visit)
        accessLog.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("scheme", scheme.rawValue, .replace("a load balancer is public or internal for life")),
            Field("vpc", vpc, .replace("a load balancer stays in its network")),
            Field("subnets", set: subnets), Field("groups", set: groups), Field("access-log", accessLog),
            Field("deletion-protection", deletionProtection), Field("drops-invalid-headers", dropsInvalidHeaders),
            Field("desync", desync.rawValue), Field("idle-timeout", idleTimeout), Field("zonal-shift", zonalShift),
        ]
    }
}

/// A bucket and a folder in it, without slashes.
package struct AccessLogPlace: Sendable, Hashable, ValueHolding, FieldConvertible {
    package var bucket: Value
    package var prefix: String

    package init(bucket: Value, prefix: String) {
        self.bucket = bucket
        self.prefix = prefix
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&bucket) }

    package var fieldValue: FieldValue { .text("\(bucket)/\(prefix)") }
}

/// The tasks of a service, as a load balancer sees them: by address.
package struct TargetGroupSettings: ResourceSettings {
    package enum Algorithm: String, Sendable, Hashable {
        case roundRobin = "round_robin"
        case leastOutstanding = "least_outstanding_requests"
    }

    package static let kind = ResourceKind.targetGroup
    /// Unique in the account and region; at most 32 characters.
    package var name: Value
    package var vpc: Value
    package var port: Int
    package var health: TargetHealthCheck
    /// Seconds in which a task that leaves may finish its requests; 0...3600.
    package var deregistrationDelay: Int
    package var algorithm: Algorithm
    /// `HTTP1`, `HTTP2` or `GRPC`.
    package var version: String
    /// Seconds for which a client stays with its task by the load balancer's cookie.
    package var sticky: Int?
    /// Seconds; with turns only, which AWS does not combine with least outstanding requests.
    package var slowStart: Int?

    package init(
        name: Value, vpc: Value, port: Int, health: TargetHealthCheck, deregistrationDelay: Int = 30,
        algorithm: Algorithm = .leastOutstanding, version: String = "HTTP1", sticky: Int? = nil, slowStart: Int? = nil
    ) {
        self.name = name
        self.vpc = vpc
        self.port = port
        self.health = health
        self.deregistrationDelay = deregistrationDelay
        self.algorithm = algorithm
        self.version = version
        self.sticky = sticky
        self.slowStart = slowStart
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&vpc)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("vpc", vpc, .replace("a target group stays in its network")),
            Field("port", port, .replace("a target group keeps its port")), Field("health.path", health.path),
            Field("health.interval", health.interval), Field("health.timeout", health.timeout),
            Field("health.healthy", health.healthy), Field("health.unhealthy", health.unhealthy),
            Field("health.codes", health.codes), Field("deregistration-delay", deregistrationDelay),
            Field("algorithm", algorithm.rawValue),
            Field("version", version, .replace("a target group keeps its protocol")), Field("sticky", sticky),
            Field("slow-start", slowStart),
        ]
    }
}

/// How a load balancer asks a task; times in seconds.
package struct TargetHealthCheck: Sendable, Hashable {
    package var path: String
    /// 5...300
    package var interval: Int
    /// 2...120, less than the interval.
    package var timeout: Int
    /// 2...10, both.
    package var healthy: Int
    package var unhealthy: Int
    /// Which status codes count as health; on this machine 200 alone does, too.
    package var codes: String

    package init(path: String, interval: Int, timeout: Int, healthy: Int, unhealthy: Int, codes: String = "200") {
        self.path = path
        self.interval = interval
        self.timeout = timeout
        self.healthy = healthy
        self.unhealthy = unhealthy
        self.codes = codes
    }
}

/// A port of a load balancer. What no rule lets through gets a fixed answer.
package struct ListenerSettings: ResourceSettings {
    package static let kind = ResourceKind.listener
    package var loadBalancer: Value
    package var port: Int
    /// Nil for plain HTTP.
    package var tls: ListenerTLS?
    /// The status of the default answer.
    package var otherwise: Int

    package init(loadBalancer: Value, port: Int, tls: ListenerTLS? = nil, otherwise: Int = 403) {
        self.loadBalancer = loadBalancer
        self.port = port
        self.tls = tls
        self.otherwise = otherwise
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&loadBalancer)
        if tls != nil { tls?.certificate.visitValues(visit) }
    }

    package var fields: [Field] {
        [
            Field("load-balancer", loadBalancer, .replace("a listener stays on its load balancer")),
            Field("port", port), Field("certificate", tls?.certificate), Field("tls-policy", tls?.policy),
            Field("otherwise", otherwise),
        ]
    }
}

/// What a listener shows and accepts.
package struct ListenerTLS: Sendable, Hashable {
    /// ARN, in the load balancer's region.
    package var certificate: Value
    /// AWS's recommendation since 2025-09; through the API the default is still one of 2016 (FSBP ELB.17).
    package var policy: String

    package init(certificate: Value, policy: String = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09") {
        self.certificate = certificate
        self.policy = policy
    }
}
