import Resources

/// Which parts of a request tell answers apart, in the words that CloudFront, CloudFormation and Terraform share.
struct CacheKeyTree {
    var settings: CachePolicySettings

    var queryBehavior: Tree { behavior(settings.query) }
    var cookieBehavior: Tree { behavior(settings.cookies) }
    var headerBehavior: Tree { .word(settings.headers.isEmpty ? "none" : "whitelist") }
    /// Nil where everything or nothing counts.
    var query: [String]? { names(settings.query) }
    var cookies: [String]? { names(settings.cookies) }
    var headers: [String]? { settings.headers.isEmpty ? nil : settings.headers }

    private func behavior(_ part: CachePolicySettings.KeyPart) -> Tree {
        .word(names(part) == nil ? part.text : "whitelist")
    }

    private func names(_ part: CachePolicySettings.KeyPart) -> [String]? {
        if case .named(let names) = part { names } else { nil }
    }

    /// As the API and CloudFormation have it; the API counts.
    func parameters(counting: Bool) -> Tree {
        let list = { (names: [String]?) -> Tree in
            guard let names else { return .none }
            return counting ? ["Quantity": .number(names.count), "Items": .words(names)] : .words(names)
        }
        return [
            "EnableAcceptEncodingGzip": true, "EnableAcceptEncodingBrotli": true,
            "QueryStringsConfig": ["QueryStringBehavior": queryBehavior, "QueryStrings": list(query)],
            "HeadersConfig": ["HeaderBehavior": headerBehavior, "Headers": list(headers)],
            "CookiesConfig": ["CookieBehavior": cookieBehavior, "Cookies": list(cookies)],
        ]
    }
}
