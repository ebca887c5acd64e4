import AWSServices
import AWSWire
import Resources

extension CachePolicySettings {
    /// As CloudFront tells it.
    init(_ policy: CloudFront.CachePolicyConfig) {
        let key = policy.parametersInCacheKeyAndForwardedToOrigin
        let query = key?.queryStringsConfig
        let cookies = key?.cookiesConfig
        self.init(
            name: Value(policy.name ?? ""), comment: policy.comment ?? "", defaultTTL: policy.defaultTTL ?? 86_400,
            minTTL: policy.minTTL ?? 0, maxTTL: policy.maxTTL ?? 31_536_000,
            query: KeyPart(query?.queryStringBehavior?.rawValue, query?.queryStrings?.items ?? []),
            cookies: KeyPart(cookies?.cookieBehavior?.rawValue, cookies?.cookies?.items ?? []),
            headers: (key?.headersConfig?.headers?.items ?? []).map { $0.lowercased() })
    }
}

/// What is said to CloudFront about a cache policy.
enum CachePolicyCalls {
    static func config(_ policy: CachePolicySettings) -> CloudFront.CachePolicyConfig {
        CloudFront.CachePolicyConfig(
            name: policy.name.text, minTTL: policy.minTTL, comment: policy.comment, defaultTTL: policy.defaultTTL,
            maxTTL: policy.maxTTL,
            parametersInCacheKeyAndForwardedToOrigin: CloudFront.ParametersInCacheKeyAndForwardedToOrigin(
                enableAcceptEncodingGzip: true,
                headersConfig: headers(policy.headers), cookiesConfig: cookies(policy.cookies),
                queryStringsConfig: query(policy.query), enableAcceptEncodingBrotli: true))
    }

    private static func headers(_ names: [String]) -> CloudFront.CachePolicyHeadersConfig {
        guard !names.isEmpty else { return CloudFront.CachePolicyHeadersConfig(headerBehavior: "none") }
        return CloudFront.CachePolicyHeadersConfig(
            headerBehavior: "whitelist", headers: CloudFront.Headers(quantity: names.count, items: names))
    }

    private static func cookies(_ part: CachePolicySettings.KeyPart) -> CloudFront.CachePolicyCookiesConfig {
        guard case .named(let names) = part else {
            return CloudFront.CachePolicyCookiesConfig(cookieBehavior: .init(rawValue: part.text))
        }
        return CloudFront.CachePolicyCookiesConfig(
            cookieBehavior: "whitelist", cookies: CloudFront.CookieNames(quantity: names.count, items: names))
    }

    private static func query(_ part: CachePolicySettings.KeyPart) -> CloudFront.CachePolicyQueryStringsConfig {
        guard case .named(let names) = part else {
            return CloudFront.CachePolicyQueryStringsConfig(queryStringBehavior: .init(rawValue: part.text))
        }
        return CloudFront.CachePolicyQueryStringsConfig(
            queryStringBehavior: "whitelist",
            queryStrings: CloudFront.QueryStringNames(quantity: names.count, items: names))
    }
}

extension CachePolicySettings.KeyPart {
    /// What Terrace never asks for is told in CloudFront's words, so that it differs from everything that it does.
    fileprivate init(_ behavior: String?, _ names: [String]) {
        switch behavior {
        case "all": self = .all
        case "none", nil: self = .none
        case "whitelist": self = .named(names.sorted())
        case let other?: self = .named(["\(other):"] + names.sorted())
        }
    }
}
