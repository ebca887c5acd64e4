import AWSServices
import AWSWire
import Resources

extension DistributionSettings {
    /// As the list of distributions tells it; nil when it has no origin, which only somebody else's can be like.
    init?(_ distribution: CloudFront.DistributionSummary) {
        guard let origin = distribution.origins?.items?.first, let behavior = distribution.defaultCacheBehavior else {
            return nil
        }
        let certificate = distribution.viewerCertificate
        let arn = certificate?.acmCertificateArn ?? ""
        let acl = distribution.webACLId ?? ""
        self.init(
            comment: distribution.comment?.reveal() ?? "", aliases: distribution.aliases?.items ?? [],
            certificate: arn.isEmpty ? nil : Value(arn),
            minimumTLS: certificate?.minimumProtocolVersion?.rawValue ?? "TLSv1",
            httpVersions: (distribution.httpVersion?.rawValue ?? "").lowercased(),
            ipv6: distribution.isIPV6Enabled ?? false, priceClass: distribution.priceClass?.rawValue ?? "",
            webACL: acl.isEmpty ? nil : Value(acl), origin: OriginSettings(origin),
            behavior: CacheBehavior(behavior),
            behaviors: (distribution.cacheBehaviors?.items ?? []).map(CacheBehavior.init(_:)),
            isEnabled: distribution.enabled ?? false)
    }
}

extension OriginSettings {
    fileprivate init(_ origin: CloudFront.Origin) {
        let header = origin.customHeaders?.items?.first.map {
            OriginHeader(name: $0.headerName ?? "", value: Value($0.headerValue?.reveal() ?? ""))
        }
        if let vpc = origin.vpcOriginConfig {
            self.init(
                domain: Value(origin.domainName ?? ""), way: .private(vpcOrigin: Value(vpc.vpcOriginId ?? "")),
                header: header, readTimeout: vpc.originReadTimeout ?? 30, keepAlive: vpc.originKeepaliveTimeout ?? 5)
        } else {
            let custom = origin.customOriginConfig
            self.init(
                domain: Value(origin.domainName ?? ""), way: .public, header: header,
                readTimeout: custom?.originReadTimeout ?? 30, keepAlive: custom?.originKeepaliveTimeout ?? 5)
        }
    }
}

/// What the behaviour for everything else and the one of a path have in common.
private protocol BehaviorShape {
    var viewerProtocolPolicy: CloudFront.ViewerProtocolPolicy? { get }
    var allowedMethods: CloudFront.AllowedMethods? { get }
    var compress: Bool? { get }
    var cachePolicyId: String? { get }
    var originRequestPolicyId: String? { get }
    var functionAssociations: CloudFront.FunctionAssociations? { get }
}

extension CloudFront.DefaultCacheBehavior: BehaviorShape {}
extension CloudFront.CacheBehavior: BehaviorShape {}

extension CacheBehavior {
    fileprivate init(_ behavior: CloudFront.DefaultCacheBehavior) { self.init(behavior, path: "*") }
    fileprivate init(_ behavior: CloudFront.CacheBehavior) { self.init(behavior, path: behavior.pathPattern ?? "") }

    private init(_ behavior: any BehaviorShape, path: String) {
        let function = behavior.functionAssociations?.items?.first { $0.eventType == .viewerRequest }?.functionARN
        self.init(
            path: path, cachePolicy: Value(behavior.cachePolicyId ?? ""),
            originRequestPolicy: behavior.originRequestPolicyId ?? "",
            methods: (behavior.allowedMethods?.items ?? []).map(\.rawValue),
            viewerProtocol: behavior.viewerProtocolPolicy?.rawValue ?? "", compresses: behavior.compress ?? false,
            function: function.map { Value($0) })
    }
}
