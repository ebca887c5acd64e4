import Stacks

/// The distribution, its way to the load balancer, its cache and its log.
extension StackResources {
    /// Keeps what the origin's own `Cache-Control` lets it keep, by path, query, cookies and host. AWS's
    /// `UseOriginCacheControlHeaders-QueryStrings`.
    private static let originDecides = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
    /// Keeps nothing. AWS's `CachingDisabled`.
    private static let keepsNothing = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

    var distribution: Address { address(.edge, .distribution) }
    private var vpcOrigin: Address { address(.edge, .vpcOrigin) }

    var edge: [Resource] {
        guard !routed.isEmpty else { return [] }
        return (hasPublicOrigin ? [] : [vpcOriginResource]) + cachePolicies
            + [requestIDFunctionResource, distributionResource, logDelivery]
    }

    private var originScheme: VPCOriginSettings.Scheme { stack.edge.domain == nil ? .http : .https }

    private var vpcOriginResource: Resource {
        Resource(
            vpcOrigin,
            .vpcOrigin(
                VPCOriginSettings(
                    name: Value(names.name(limit: 64, fixing: [originScheme.rawValue])),
                    // CloudFront refuses a load balancer that is not active.
                    loadBalancer: arn(loadBalancer, when: .ready), scheme: originScheme)),
            // CloudFront refuses a network without an internet gateway, though nothing passes through it.
            needs: [Dependency(internetGateway, .ready)])
    }

    // MARK: The cache

    /// Rules that say the same of different paths share a policy.
    private var cachePolicies: [Resource] {
        let policies = Dictionary(stack.edge.cache.filter { !$0.keepsNothing }.map { ($0.word, $0) }) { first, _ in
            first
        }
        return policies.sorted { $0.value.ttl == $1.value.ttl ? $0.key < $1.key : $0.value.ttl < $1.value.ttl }
            .map { word, rule in
                Resource(
                    address(.edge, .cachePolicy, word),
                    .cachePolicy(
                        CachePolicySettings(
                            name: Value(names.name(word, limit: 128)),
                            comment: "\(rule.ttl.wholeSeconds) seconds where the origin says nothing",
                            defaultTTL: rule.ttl.wholeSeconds, minTTL: rule.minimum.wholeSeconds,
                            maxTTL: rule.maximum.wholeSeconds, query: rule.query.keyPart, cookies: rule.cookies.keyPart,
                            headers: rule.headers)))
            }
    }

    /// In the manifest's order, which is CloudFront's too: the first that matches.
    private var behaviors: [CacheBehavior] {
        stack.edge.cache.map { rule in
            let policy = rule.keepsNothing ? Value(Self.keepsNothing) : id(address(.edge, .cachePolicy, rule.word))
            return behavior(of: rule.path.text, policy)
        }
    }

    /// All of them lead to the load balancer, so all name their requests.
    private func behavior(of path: String, _ policy: Value) -> CacheBehavior {
        CacheBehavior(path: path, cachePolicy: policy, function: arn(requestIDFunction))
    }

    // MARK: The distribution

    private var origin: OriginSettings {
        guard hasPublicOrigin, let domain = originDomain else {
            return OriginSettings(
                domain: Value(Reference(loadBalancer, .dnsName)),
                // A distribution takes a VPC origin only when it is deployed.
                way: .private(vpcOrigin: id(vpcOrigin, when: .ready)))
        }
        // By a name of our own: the load balancer itself may still be on its way, or never have been made.
        return OriginSettings(
            domain: Value(domain), way: .public,
            header: OriginHeader(name: Self.originHeader, value: Value(Reference(originSecret, .secretValue))))
    }

    private var distributionResource: Resource {
        // CloudFront refuses a certificate that is not issued.
        let certificate = stack.edge.domain.map { _ in arn(edgeCertificate, when: .ready) }
        return Resource(
            distribution,
            .distribution(
                DistributionSettings(
                    comment: names.name(limit: 128), aliases: stack.edge.domain.map { [$0] } ?? [],
                    certificate: certificate, minimumTLS: certificate == nil ? "TLSv1" : "TLSv1.2_2021",
                    priceClass: priceClass, webACL: hasFirewall ? arn(webACL) : nil, origin: origin,
                    behavior: behavior(of: "*", Value(Self.originDecides)), behaviors: behaviors)))
    }

    /// The cheapest class whose edge locations are near the stack itself. Source: CloudFront price classes, read 2026-11.
    private var priceClass: String {
        let region = stack.region
        if ["us-", "ca-", "mx-", "eu-", "il-"].contains(where: region.hasPrefix) { return "PriceClass_100" }
        // South America, Australia and New Zealand are in no class but the whole.
        let isFar = region.hasPrefix("sa-") || ["ap-southeast-2", "ap-southeast-4", "ap-southeast-6"].contains(region)
        return isFar ? "PriceClass_All" : "PriceClass_200"
    }

    private var logDelivery: Resource {
        Resource(
            address(.edge, .logDelivery),
            .logDelivery(
                LogDeliverySettings(
                    name: Value(names.name(limit: 60)), distribution: arn(distribution),
                    // The delivery is tried when it is made: the bucket's policy must be there.
                    bucket: arn(logs, when: .ready), prefix: "edge")))
    }
}

extension CacheRule {
    fileprivate var keepsNothing: Bool { ttl == .zero && minimum == .zero && maximum == CacheRule.longest }

    /// Part of the policy's address and name: the time, and a hash of whatever else is not at its default.
    fileprivate var word: String {
        let plain = CacheRule(path: path, ttl: ttl)
        let seconds = "ttl-\(ttl.wholeSeconds)"
        guard self != plain else { return seconds }
        let parts = [
            "\(minimum.wholeSeconds) \(maximum.wholeSeconds)", query.keyPart.text, cookies.keyPart.text,
            headers.joined(separator: ","),
        ]
        return "\(seconds)-\(Names.hash(parts.joined(separator: "\n")))"
    }
}

extension CacheRule.Selection {
    fileprivate var keyPart: CachePolicySettings.KeyPart {
        switch self {
        case .all: .all
        case .none: .none
        case .named(let names): .named(names)
        }
    }
}
