/// For paths that match: how long an answer is kept, and what of a request tells answers apart.
package struct CacheRule: Sendable, Equatable {
    /// Which parameters of the query or which cookies belong to the key.
    package enum Selection: Sendable, Equatable {
        case all, none
        /// Sorted, each once.
        case named([String])
    }

    package var path: RoutePattern
    /// For an answer that says nothing itself.
    package var ttl: Duration
    /// An answer is kept at least so long, whatever it says; above zero even one that says `no-store` or `private`, as
    /// CloudFront does. Source: CloudFront developer guide, "Manage how long content stays in the cache", read 2026-11.
    package var minimum: Duration
    /// Caps what an answer says; never below `minimum` and `ttl`.
    package var maximum: Duration
    package var query: Selection
    package var cookies: Selection
    /// In lower case, sorted, each once.
    package var headers: [String]

    /// CloudFront's default maximum. Source: CachePolicyConfig, read 2026-11.
    package static let longest = Duration.seconds(365 * 86_400)

    package init(
        path: RoutePattern, ttl: Duration, minimum: Duration = .zero, maximum: Duration = Self.longest,
        query: Selection = .all, cookies: Selection = .none, headers: [String] = []
    ) {
        self.path = path
        self.ttl = ttl
        self.minimum = minimum
        self.maximum = maximum
        self.query = query
        self.cookies = cookies
        self.headers = headers
    }
}
