/// What the cache does with a request before it has looked anything up.
package enum RequestCaching: Sendable, Equatable {
    case lookup(CacheLookup)
    /// The request goes to the origin and its answer is not stored.
    case bypass(Bypass)

    package enum Bypass: Sendable, Equatable {
        /// Neither GET nor HEAD.
        case method
        /// Parts of objects are left to the origin.
        case range
        /// The request carries content, which the key does not know of.
        case content
        /// `If-Match`, `If-Unmodified-Since`: about the origin's state, not the cache's (RFC 9111 §4.3.2).
        case precondition
        /// The connection is to become another protocol.
        case upgrade
        /// The client said `no-store`.
        case noStore
    }

    /// - Parameter scheme: `https` or `http`, as the client reached the edge.
    package static func decide(_ request: RequestHead, scheme: String) -> RequestCaching {
        guard request.method == .get || request.method == .head else { return .bypass(.method) }
        let fields = request.fields
        if fields.contains(.upgrade) { return .bypass(.upgrade) }
        if fields.contains(.range) || fields.contains(.ifRange) { return .bypass(.range) }
        if fields.contains(.ifMatch) || fields.contains(.ifUnmodifiedSince) { return .bypass(.precondition) }
        if fields.contains(.transferEncoding) || fields.hasContent { return .bypass(.content) }
        var directives = CacheControl(fields)
        if directives.has(.noStore) { return .bypass(.noStore) }
        // RFC 9111 §5.4: Pragma counts only where Cache-Control is absent.
        if !fields.contains(.cacheControl), fields.first(.pragma)?.equalsIgnoringCase("no-cache") == true {
            directives.flags.insert(.noCache)
        }
        let key = CacheKey(scheme: scheme, authority: request.authority, target: request.target)
        return .lookup(CacheLookup(key: key, directives: directives, mayStore: request.method == .get))
    }
}

/// A request that the cache may answer.
package struct CacheLookup: Sendable, Equatable {
    package let key: CacheKey
    package let directives: CacheControl
    /// False for HEAD: its answer has no body to keep.
    package let mayStore: Bool
}

extension HeaderFields {
    fileprivate var hasContent: Bool {
        guard let length = first(.contentLength) else { return false }
        return length.decimal(limit: 1) != 0
    }
}
