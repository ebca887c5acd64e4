/// What the cache does with a request before it has looked anything up.
package enum RequestCaching: Sendable, Equatable {
    case lookup(CacheLookup)
    /// The request goes to the origin and its answer is not stored.
    case bypass(Bypass)

    package enum Bypass: Sendable, Equatable {
        /// Neither GET nor HEAD.
        case method
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
    package static func decide(
        _ request: RequestHead, scheme: String, rules: CacheRules = CacheRules()
    ) -> RequestCaching {
        guard request.method == .get || request.method == .head else { return .bypass(.method) }
        let key = { rules.key(scheme: scheme, authority: request.authority, target: request.target) }
        guard request.fields.mayHave(anyOf: special) else {
            return .lookup(
                CacheLookup(key: key(), directives: CacheControl(), mayStore: request.method == .get, isPart: false))
        }
        let fields = request.fields
        if fields.contains(.upgrade) { return .bypass(.upgrade) }
        if fields.contains(.ifMatch) || fields.contains(.ifUnmodifiedSince) { return .bypass(.precondition) }
        if fields.contains(.transferEncoding) || fields.hasContent { return .bypass(.content) }
        var directives = CacheControl(fields)
        if directives.has(.noStore) { return .bypass(.noStore) }
        // RFC 9111 §5.4: Pragma counts only where Cache-Control is absent.
        if !fields.contains(.cacheControl), fields.first(.pragma)?.equalsIgnoringCase("no-cache") == true {
            directives.flags.insert(.noCache)
        }
        let isPart = request.method == .get && fields.contains(.range)
        return .lookup(
            CacheLookup(key: key(), directives: directives, mayStore: request.method == .get && !isPart, isPart: isPart)
        )
    }

    /// What is looked at below; a request that has none of it is only looked up.
    private static let special = FieldNames([
        .upgrade, .ifMatch, .ifUnmodifiedSince, .transferEncoding, .contentLength, .cacheControl, .pragma, .range,
    ])
}

/// A request that the cache may answer. An object: who decides and who asks the origin hand it on to each other.
package final class CacheLookup: Sendable, Equatable {
    package let key: CacheKey
    package let directives: CacheControl
    /// False for HEAD, whose answer has no body to keep, and for a request for a part, whose answer would be one.
    package let mayStore: Bool
    /// The client asks for a part (`Range`).
    package let isPart: Bool

    package init(key: CacheKey, directives: CacheControl, mayStore: Bool, isPart: Bool) {
        (self.key, self.directives, self.mayStore, self.isPart) = (key, directives, mayStore, isPart)
    }

    package static func == (left: CacheLookup, right: CacheLookup) -> Bool {
        left.key == right.key && left.directives == right.directives && left.mayStore == right.mayStore
            && left.isPart == right.isPart
    }
}

extension HeaderFields {
    fileprivate var hasContent: Bool {
        guard let length = first(.contentLength) else { return false }
        return length.decimal(limit: 1) != 0
    }
}
