/// `Cache-Status` of RFC 9211: how the cache handled a request, for whoever looks for a reason. Beside `X-Cache`, which says the same
/// in CloudFront's words.
package enum CacheStatus: Sendable, Equatable {
    package enum Forward: String, Sendable {
        /// The cache was not to be used for it.
        case bypass
        case method
        case uriMiss = "uri-miss"
        case varyMiss = "vary-miss"
        /// What is kept could not be used because of the request's own directives.
        case request
        case stale
        /// The request asks for a part that the cache could not cut from what it has.
        case partial
    }

    /// `ttl` is what is left of the lifetime; negative when it is served stale.
    case hit(ttl: Duration)
    case forwarded(Forward, status: Int?, stored: Bool, collapsed: Bool)
    /// Neither: `only-if-cached`, and nothing to answer with.
    case unsatisfied

    private static let field = FieldName("cache-status")

    /// Adds this cache at the end, behind those nearer to the origin (§2).
    package func append(to fields: inout HeaderFields, by name: String) {
        fields.extend(CacheStatus.field) { text in
            text.append(text: name)
            append(to: &text)
        }
    }

    /// Whether a cache nearer to the origin has said something.
    package static func hasBegun(_ fields: HeaderFields) -> Bool { fields.contains(field) }

    private func append(to text: inout [UInt8]) {
        switch self {
        case .hit(let ttl):
            text.append(text: "; hit; ttl=")
            text.append(decimal: ttl.wholeSeconds)
        case .unsatisfied: text.append(text: "; detail=only-if-cached")
        case .forwarded(let reason, let status, let stored, let collapsed):
            text.append(text: "; fwd=")
            text.append(text: reason.rawValue)
            if let status {
                text.append(text: "; fwd-status=")
                text.append(decimal: status)
            }
            if stored { text.append(text: "; stored") }
            if collapsed { text.append(text: "; collapsed") }
        }
    }

    /// Why a request that the cache could have answered goes on.
    package static func reason(_ found: StoredResponse?, _ request: CacheLookup, at now: Duration) -> Forward {
        guard let found else { return .uriMiss }
        return found.age(at: now) < found.lifetime ? .request : .stale
    }
}
