/// What an unsafe request makes invalid, RFC 9111 §4.4.
package enum Invalidation {
    /// The keys to remove once `response` is seen: the target, and what `Location` and `Content-Location` name on the same
    /// authority. Empty for safe methods and for errors.
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
            if let target = sameAuthorityTarget(named, request: request, scheme: scheme) {
                keys.append(key(String(target)))
            }
        }
        return keys
    }

    /// An absolute path, or an absolute URI of the request's own scheme and authority. Others' objects stay: a response
    /// must not remove what it has no authority over.
    private static func sameAuthorityTarget(_ uri: String, request: RequestHead, scheme: String) -> Substring? {
        let reference = uri.prefix { $0 != "#" }
        if reference.hasPrefix("/"), !reference.hasPrefix("//") { return reference }
        let own = "\(scheme)://\(request.authority)"
        guard reference.hasPrefix(own), reference.dropFirst(own.count).hasPrefix("/") else { return nil }
        return reference.dropFirst(own.count)
    }
}
