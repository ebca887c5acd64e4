import AWSServices
import AWSWire
import Resources

/// What is said to CloudFront about a distribution. CloudFront replaces the whole configuration, and a member that is missing
/// counts as an attempt to remove it: so the one that is there is read, changed in place and written back.
enum DistributionCalls {
    static let originID = "origin"
    /// Hosted zone of every distribution's name. Source: Route 53 `AliasTarget`, read 2026-11.
    static let dnsZone = "Z2FDTNDATAQYW2"

    static func create(
        _ distribution: DistributionSettings, tags: [String: String], reference: String
    ) -> CloudFront.CreateDistributionWithTagsRequest {
        let blank = CloudFront.DistributionConfig(
            callerReference: reference, origins: CloudFront.Origins(quantity: 0, items: []),
            defaultCacheBehavior: CloudFront.DefaultCacheBehavior(
                targetOriginId: originID, viewerProtocolPolicy: "redirect-to-https"),
            comment: Secret(distribution.comment), enabled: distribution.isEnabled)
        return CloudFront.CreateDistributionWithTagsRequest(
            distributionConfigWithTags: CloudFront.DistributionConfigWithTags(
                distributionConfig: changed(blank, to: distribution),
                tags: CloudFront.Tags(items: CloudFront.Tag.list(tags))))
    }

    /// Everything that is Terrace's is as desired; everything else stays as it is.
    static func changed(
        _ current: CloudFront.DistributionConfig, to desired: DistributionSettings
    ) -> CloudFront.DistributionConfig {
        var config = current
        config.comment = Secret(desired.comment)
        config.enabled = desired.isEnabled
        config.aliases = CloudFront.Aliases(quantity: desired.aliases.count, items: desired.aliases)
        config.viewerCertificate = certificate(desired)
        config.httpVersion = CloudFront.HttpVersion(rawValue: desired.httpVersions)
        config.isIPV6Enabled = desired.ipv6
        config.priceClass = CloudFront.PriceClass(rawValue: desired.priceClass)
        config.webACLId = desired.webACL?.text ?? ""
        let origin = changed(current.origins?.items?.first { $0.id == originID }, to: desired.origin)
        config.origins = CloudFront.Origins(quantity: 1, items: [origin])
        config.defaultCacheBehavior = changed(current.defaultCacheBehavior, to: desired.behavior)
        let there = current.cacheBehaviors?.items ?? []
        let behaviors = desired.behaviors.map { wanted in
            changed(there.first { $0.pathPattern == wanted.path }, to: wanted)
        }
        config.cacheBehaviors = CloudFront.CacheBehaviors(quantity: behaviors.count, items: behaviors)
        return config
    }

    static func state(_ status: String?) -> Observed.State {
        switch status {
        case "Deployed"?: .ready
        default: .pending("CloudFront is telling its edge locations")
        }
    }

    private static func certificate(_ desired: DistributionSettings) -> CloudFront.ViewerCertificate {
        guard let arn = desired.certificate else {
            return CloudFront.ViewerCertificate(cloudFrontDefaultCertificate: true)
        }
        return CloudFront.ViewerCertificate(
            cloudFrontDefaultCertificate: false, acmCertificateArn: arn.text, sslSupportMethod: "sni-only",
            minimumProtocolVersion: CloudFront.MinimumProtocolVersion(rawValue: desired.minimumTLS))
    }

    private static func changed(_ current: CloudFront.Origin?, to desired: OriginSettings) -> CloudFront.Origin {
        var origin = current ?? blankOrigin(desired)
        origin.domainName = desired.domain.text
        let headers = desired.header.map {
            [CloudFront.OriginCustomHeader(headerName: $0.name, headerValue: Secret($0.value.text))]
        }
        origin.customHeaders = CloudFront.CustomHeaders(quantity: headers?.count ?? 0, items: headers)
        switch desired.way {
        case .public:
            origin.vpcOriginConfig = nil
            origin.customOriginConfig = CloudFront.CustomOriginConfig(
                httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only",
                originSslProtocols: CloudFront.OriginSslProtocols(quantity: 1, items: ["TLSv1.2"]),
                originReadTimeout: desired.readTimeout, originKeepaliveTimeout: desired.keepAlive)
        case .private(let vpcOrigin):
            origin.customOriginConfig = nil
            origin.vpcOriginConfig = CloudFront.VpcOriginConfig(
                vpcOriginId: vpcOrigin.text, originReadTimeout: desired.readTimeout,
                originKeepaliveTimeout: desired.keepAlive)
        }
        return origin
    }

    private static func blankOrigin(_ desired: OriginSettings) -> CloudFront.Origin {
        CloudFront.Origin(
            id: originID, domainName: desired.domain.text, originPath: "", connectionAttempts: 3, connectionTimeout: 10,
            originShield: CloudFront.OriginShield(enabled: false))
    }

    private static func changed(
        _ current: CloudFront.DefaultCacheBehavior?, to desired: CacheBehavior
    ) -> CloudFront.DefaultCacheBehavior {
        var behavior =
            current
            ?? CloudFront.DefaultCacheBehavior(targetOriginId: originID, viewerProtocolPolicy: "redirect-to-https")
        behavior.targetOriginId = originID
        behavior.viewerProtocolPolicy = CloudFront.ViewerProtocolPolicy(rawValue: desired.viewerProtocol)
        behavior.allowedMethods = methods(desired)
        behavior.compress = desired.compresses
        behavior.cachePolicyId = desired.cachePolicy.text
        behavior.originRequestPolicyId = desired.originRequestPolicy
        behavior.functionAssociations = functions(behavior.functionAssociations, desired.function)
        return behavior
    }

    private static func changed(_ current: CloudFront.CacheBehavior?, to desired: CacheBehavior)
        -> CloudFront.CacheBehavior
    {
        var behavior = current ?? blankBehavior(desired)
        behavior.targetOriginId = originID
        behavior.viewerProtocolPolicy = CloudFront.ViewerProtocolPolicy(rawValue: desired.viewerProtocol)
        behavior.allowedMethods = methods(desired)
        behavior.compress = desired.compresses
        behavior.cachePolicyId = desired.cachePolicy.text
        behavior.originRequestPolicyId = desired.originRequestPolicy
        behavior.functionAssociations = functions(behavior.functionAssociations, desired.function)
        return behavior
    }

    /// What somebody has tied to the answers stays.
    private static func functions(
        _ current: CloudFront.FunctionAssociations?, _ arn: Value?
    ) -> CloudFront.FunctionAssociations {
        let ours = arn.map { CloudFront.FunctionAssociation(functionARN: $0.text, eventType: .viewerRequest) }
        let items = (current?.items ?? []).filter { $0.eventType != .viewerRequest } + (ours.map { [$0] } ?? [])
        return CloudFront.FunctionAssociations(quantity: items.count, items: items.isEmpty ? nil : items)
    }

    /// An update wants every member of a behaviour, also of one that it adds.
    private static func blankBehavior(_ desired: CacheBehavior) -> CloudFront.CacheBehavior {
        CloudFront.CacheBehavior(
            pathPattern: desired.path, targetOriginId: originID, viewerProtocolPolicy: "redirect-to-https",
            trustedSigners: CloudFront.TrustedSigners(enabled: false, quantity: 0),
            trustedKeyGroups: CloudFront.TrustedKeyGroups(enabled: false, quantity: 0), smoothStreaming: false,
            lambdaFunctionAssociations: CloudFront.LambdaFunctionAssociations(quantity: 0),
            functionAssociations: CloudFront.FunctionAssociations(quantity: 0), fieldLevelEncryptionId: "")
    }

    private static func methods(_ behavior: CacheBehavior) -> CloudFront.AllowedMethods {
        CloudFront.AllowedMethods(
            quantity: behavior.methods.count, items: behavior.methods.map { CloudFront.Method(rawValue: $0) },
            cachedMethods: CloudFront.CachedMethods(quantity: 2, items: ["GET", "HEAD"]))
    }
}
