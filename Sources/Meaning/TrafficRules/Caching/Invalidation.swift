/// What an unsafe request makes invalid, RFC 9111 §4.4.
package enum Invalidation {
    /// The keys to remove once `response` is seen: the target, and what `Location` and `Content-Location` name of the same
    /// origin. Empty for safe methods and for errors.
    package static func keys(
        _ request: RequestHead, _ response: ResponseHead, scheme: String, rules: CacheRules = CacheRules()
    ) -> [CacheKey] {
        guard !request.method.isSafe, (200..<400).contains(response.status) else { return [] }
        func key(_ target: String) -> CacheKey {
            rules.key(scheme: scheme, authority: request.authority, target: target)
        }
        var keys = [key(request.target)]
        for name in [FieldName.location, FieldName("content-location")] {
            guard let named = response.fields.string(name) else { continue }
            if let target = SameOriginReference.target(of: named, from: request, scheme: scheme) {
                keys.append(key(target))
            }
        }
        return keys
    }
}
