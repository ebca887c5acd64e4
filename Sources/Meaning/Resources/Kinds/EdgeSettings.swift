/// A certificate of ACM's, proved by DNS. It is identified once the records that prove it are known, and ready when it is
/// issued.
package struct CertificateSettings: ResourceSettings {
    package static let kind = ResourceKind.certificate
    package var domain: String
    package var alternativeNames: [String]
    package var keyAlgorithm: String

    package init(domain: String, alternativeNames: [String] = [], keyAlgorithm: String = "RSA_2048") {
        self.domain = domain
        self.alternativeNames = alternativeNames
        self.keyAlgorithm = keyAlgorithm
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {}

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("what a certificate says is fixed")
        return [
            Field("domain", domain, fixed), Field("alternative-names", set: alternativeNames, fixed),
            Field("key-algorithm", keyAlgorithm, fixed),
        ]
    }
}

/// A record in a zone of Route 53. Where the account holds no such zone, the user sets it by hand.
package struct DNSRecordSettings: ResourceSettings {
    package enum Kind: String, Sendable, Hashable {
        case a = "A"
        case aaaa = "AAAA"
        case cname = "CNAME"
    }
    package enum Target: Sendable, Hashable {
        case text(Value)
        /// A name of AWS's own and the zone that it lives in.
        case alias(name: Value, zone: Value)
    }

    package static let kind = ResourceKind.dnsRecord
    /// Id of the hosted zone.
    package var zone: Value
    package var name: Value
    package var type: Kind
    package var target: Target
    /// Seconds; an alias has none.
    package var ttl: Int?

    package init(zone: Value, name: Value, type: Kind, target: Target, ttl: Int? = nil) {
        self.zone = zone
        self.name = name
        self.type = type
        self.target = target
        self.ttl = ttl
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&zone)
        visit(&name)
        switch target {
        case .text(var value):
            visit(&value)
            target = .text(value)
        case .alias(var name, var zone):
            visit(&name)
            visit(&zone)
            target = .alias(name: name, zone: zone)
        }
    }

    package var fields: [Field] {
        let words: Value =
            switch target {
            case .text(let value): value
            case .alias(let name, let zone): "alias \(name) in \(zone)"
            }
        return [
            Field("zone", zone, .replace("a record stays in its zone")),
            Field("name", name, .replace("its name is its identity")),
            Field("type", type.rawValue, .replace("its type is its identity")), Field("target", words),
            Field("ttl", ttl),
        ]
    }
}

/// CloudFront's way to an internal load balancer. AWS refuses every update while a distribution uses it, even of tags.
package struct VPCOriginSettings: ResourceSettings {
    package enum Scheme: String, Sendable, Hashable {
        case http = "http-only"
        case https = "https-only"
    }

    package static let kind = ResourceKind.vpcOrigin
    package var name: Value
    /// ARN.
    package var loadBalancer: Value
    package var scheme: Scheme
    package var httpPort: Int
    package var httpsPort: Int

    package init(name: Value, loadBalancer: Value, scheme: Scheme, httpPort: Int = 80, httpsPort: Int = 443) {
        self.name = name
        self.loadBalancer = loadBalancer
        self.scheme = scheme
        self.httpPort = httpPort
        self.httpsPort = httpsPort
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&loadBalancer)
    }

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("AWS refuses to change one that is in use")
        return [
            Field("name", name, fixed), Field("load-balancer", loadBalancer, fixed),
            Field("scheme", scheme.rawValue, fixed), Field("http-port", httpPort, fixed),
            Field("https-port", httpsPort, fixed),
        ]
    }
}

/// How long answers are kept that say nothing about it; the key is the path with its query. The origin's own
/// `Cache-Control` counts first, as on this machine.
package struct CachePolicySettings: ResourceSettings {
    package static let kind = ResourceKind.cachePolicy
    /// Unique in the account; letters, digits, `-` and `_`.
    package var name: Value
    package var comment: String
    /// Seconds.
    package var defaultTTL: Int
    package var minTTL: Int
    package var maxTTL: Int
    package var query: KeyPart
    package var cookies: KeyPart
    /// Part of the key, in lower case.
    package var headers: [String]

    /// Which parameters of the query or which cookies tell answers apart.
    package enum KeyPart: Sendable, Hashable {
        case all, none
        case named([String])

        package var text: String {
            switch self {
            case .all: "all"
            case .none: "none"
            case .named(let names): names.sorted().joined(separator: ", ")
            }
        }
    }

    package init(
        name: Value, comment: String, defaultTTL: Int, minTTL: Int = 0, maxTTL: Int = 31_536_000, query: KeyPart = .all,
        cookies: KeyPart = .none, headers: [String] = []
    ) {
        self.name = name
        self.comment = comment
        self.defaultTTL = defaultTTL
        self.minTTL = minTTL
        self.maxTTL = maxTTL
        self.query = query
        self.cookies = cookies
        self.headers = headers
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("comment", comment),
            Field("default-ttl", defaultTTL), Field("min-ttl", minTTL), Field("max-ttl", maxTTL),
            Field("query", query.text), Field("cookies", cookies.text), Field("headers", set: headers),
        ]
    }
}

/// The edge: what the world connects to.
package struct DistributionSettings: ResourceSettings {
    package static let kind = ResourceKind.distribution
    /// Shown in the console, and by which it is found again when its tags are gone.
    package var comment: String
    package var aliases: [String]
    /// ARN in us-east-1; nil for CloudFront's own, which no alias can use.
    package var certificate: Value?
    /// CloudFront's own certificate fixes `TLSv1`.
    package var minimumTLS: String
    package var httpVersions: String
    package var ipv6: Bool
    package var priceClass: String
    /// ARN.
    package var webACL: Value?
    package var origin: OriginSettings
    /// For every path that no other behaviour names.
    package var behavior: CacheBehavior
    /// In the order in which they are tried.
    package var behaviors: [CacheBehavior]
    package var isEnabled: Bool

    package init(
        comment: String, aliases: [String], certificate: Value? = nil, minimumTLS: String,
        httpVersions: String = "http2and3", ipv6: Bool = true, priceClass: String = "PriceClass_100",
        webACL: Value? = nil, origin: OriginSettings, behavior: CacheBehavior, behaviors: [CacheBehavior],
        isEnabled: Bool = true
    ) {
        self.comment = comment
        self.aliases = aliases
        self.certificate = certificate
        self.minimumTLS = minimumTLS
        self.httpVersions = httpVersions
        self.ipv6 = ipv6
        self.priceClass = priceClass
        self.webACL = webACL
        self.origin = origin
        self.behavior = behavior
        self.behaviors = behaviors
        self.isEnabled = isEnabled
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        certificate.visitValues(visit)
        webACL.visitValues(visit)
        origin.visitValues(visit)
        behavior.visitValues(visit)
        behaviors.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("comment", comment), Field("aliases", set: aliases), Field("certificate", certificate),
            Field("minimum-tls", minimumTLS), Field("http-versions", httpVersions), Field("ipv6", ipv6),
            Field("price-class", priceClass), Field("web-acl", webACL), Field("origin", origin),
            Field("behavior", behavior), Field("behaviors", behaviors), Field("enabled", isEnabled),
        ]
    }
}

/// Where a distribution gets what it does not have.
package struct OriginSettings: Sendable, Hashable, ValueHolding, FieldConvertible {
    package enum Way: Sendable, Hashable {
        /// Over the internet, by TLS 1.2, to port 443.
        case `public`
        /// Through a VPC origin, by its id.
        case `private`(vpcOrigin: Value)
    }

    package var domain: Value
    package var way: Way
    /// Proves to the load balancer that a request comes from this distribution.
    package var header: OriginHeader?
    /// Seconds; 1...60 and 1...60 without a raised quota.
    package var readTimeout: Int
    package var keepAlive: Int

    package init(domain: Value, way: Way, header: OriginHeader? = nil, readTimeout: Int = 60, keepAlive: Int = 50) {
        self.domain = domain
        self.way = way
        self.header = header
        self.readTimeout = readTimeout
        self.keepAlive = keepAlive
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&domain)
        if case .private(var id) = way {
            visit(&id)
            way = .private(vpcOrigin: id)
        }
        if header != nil { header?.value.visitValues(visit) }
    }

    package var fieldValue: FieldValue {
        let words: Value =
            switch way {
            case .public: "public"
            case .private(let id): "vpc origin \(id)"
            }
        return .map([
            "domain": domain.fieldValue, "way": words.fieldValue, "header": (header?.name).fieldValue,
            "header-value": header.map { .secret($0.value) } ?? .none, "read-timeout": readTimeout.fieldValue,
            "keep-alive": keepAlive.fieldValue,
        ])
    }
}

/// A header that CloudFront adds to every request to the origin.
package struct OriginHeader: Sendable, Hashable {
    package var name: String
    package var value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

/// What a distribution does with a path: every method, HTTPS only, compressed where the client takes it.
package struct CacheBehavior: Sendable, Hashable, ValueHolding, FieldConvertible {
    /// `*` in the behaviour for everything else.
    package var path: String
    /// Id of a cache policy.
    package var cachePolicy: Value
    /// Id of AWS's own policy that hands on everything a viewer sent, its `Host` included.
    package var originRequestPolicy: String
    package var methods: [String]
    package var viewerProtocol: String
    package var compresses: Bool
    /// ARN of a published function, which each request passes before the cache is asked (`viewer-request`).
    package var function: Value?

    package init(
        path: String, cachePolicy: Value, originRequestPolicy: String = "216adef6-5c7f-47e4-b989-5492eafa07d3",
        methods: [String] = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        viewerProtocol: String = "redirect-to-https", compresses: Bool = true, function: Value? = nil
    ) {
        self.path = path
        self.cachePolicy = cachePolicy
        self.originRequestPolicy = originRequestPolicy
        self.methods = methods
        self.viewerProtocol = viewerProtocol
        self.compresses = compresses
        self.function = function
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&cachePolicy)
        function.visitValues(visit)
    }

    package var fieldValue: FieldValue {
        .map([
            "path": path.fieldValue, "cache-policy": cachePolicy.fieldValue,
            "origin-request-policy": originRequestPolicy.fieldValue, "methods": .set(methods.map(\.fieldValue)),
            "viewer-protocol": viewerProtocol.fieldValue, "compresses": compresses.fieldValue,
            "function": function.fieldValue,
        ])
    }
}
