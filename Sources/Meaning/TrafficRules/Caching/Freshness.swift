/// How long an answer may be used without asking again.
package struct Freshness: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        case sharedMaxAge, maxAge, expires
        /// The manifest's `edge.cache`.
        case rule
        /// A tenth of the time since `Last-Modified`, RFC 9111 §4.2.2.
        case heuristic
        /// Nothing says anything.
        case none
    }

    package var lifetime: Duration
    package var source: Source

    /// Given by the origin itself, RFC 9111 §4.2.1.
    package var isExplicit: Bool { source == .sharedMaxAge || source == .maxAge || source == .expires }

    /// Longest lifetime that a heuristic gives. Source: the day that RFC 7234 §4.2.2 warned beyond.
    package static let heuristicLimit = Duration.seconds(86_400)

    /// Longest time that a manifest's rule keeps an error. Source: CloudFront's default error caching minimum, 10 s,
    /// read 2026-11.
    package static let errorLimit = Duration.seconds(10)

    /// Statuses that may be kept without an explicit lifetime; 206 is left out because parts are not kept.
    /// Source: RFC 9110 §15.1.
    package static func isCacheableByDefault(_ status: Int) -> Bool {
        switch status {
        case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501: true
        default: false
        }
    }

    /// Order: `s-maxage`, `max-age`, `Expires`, the manifest's rule, the heuristic.
    package static func of(
        _ response: ResponseHead, _ directives: CacheControl, rule: Duration?, received: WallTime
    ) -> Freshness {
        if let seconds = directives.sharedMaxAge {
            return Freshness(lifetime: .seconds(seconds), source: .sharedMaxAge)
        }
        if let seconds = directives.maxAge { return Freshness(lifetime: .seconds(seconds), source: .maxAge) }
        let fields = response.fields
        let date = fields.first(.date).flatMap { HTTPDate.parse($0, now: received) } ?? received
        if let expires = fields.earliestExpiry(now: received) {
            return Freshness(lifetime: span(from: date, to: expires), source: .expires)
        }
        guard isCacheableByDefault(response.status) else { return Freshness(lifetime: .zero, source: .none) }
        if let rule {
            return Freshness(lifetime: response.status >= 400 ? min(rule, errorLimit) : rule, source: .rule)
        }
        if let modified = fields.first(.lastModified).flatMap({ HTTPDate.parse($0, now: received) }) {
            return Freshness(lifetime: min(span(from: modified, to: date) / 10, heuristicLimit), source: .heuristic)
        }
        return Freshness(lifetime: .zero, source: .none)
    }

    private static func span(from start: WallTime, to end: WallTime) -> Duration {
        .seconds(max(0, end.wholeSeconds - start.wholeSeconds))
    }
}

extension HeaderFields {
    /// A value that is no date, such as `0`, is in the past (RFC 9111 §5.3); of several the earliest counts.
    fileprivate func earliestExpiry(now: WallTime) -> WallTime? {
        guard contains(.expires) else { return nil }
        return values(.expires).map { HTTPDate.parse($0, now: now) ?? WallTime(seconds: 0) }.min()
    }
}
