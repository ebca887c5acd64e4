package import Stacks

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

    /// Statuses whose rules for caches are known here: all that RFC 9110 §15 defines, but for those that are never kept.
    package static func isUnderstood(_ status: Int) -> Bool {
        switch status {
        case 200...205, 300...303, 305, 307, 308, 400...417, 421, 422, 426, 500...505: true
        default: false
        }
    }

    /// What the answer says, within the bounds of the manifest's rule, as CloudFront applies its minimum and maximum; else
    /// the rule's own time, else the heuristic.
    package static func of(
        _ response: ResponseHead, _ directives: CacheControl, rule: CacheRule?, received: WallTime
    ) -> Freshness {
        var freshness = told(by: response, directives, received: received)
        guard freshness.source == .none else {
            if let rule { freshness.lifetime = min(max(freshness.lifetime, rule.minimum), rule.maximum) }
            return freshness
        }
        return untold(response, rule: rule, received: received)
    }

    /// Order: `s-maxage`, `max-age`, `Expires`.
    private static func told(
        by response: ResponseHead, _ directives: CacheControl, received: WallTime
    ) -> Freshness {
        if let seconds = directives.sharedMaxAge {
            return Freshness(lifetime: .seconds(seconds), source: .sharedMaxAge)
        }
        if let seconds = directives.maxAge { return Freshness(lifetime: .seconds(seconds), source: .maxAge) }
        if !directives.isTargeted, let expires = response.fields.earliestExpiry(now: received) {
            return Freshness(lifetime: span(from: response.fields.date(received), to: expires), source: .expires)
        }
        return Freshness(lifetime: .zero, source: .none)
    }

    private static func untold(_ response: ResponseHead, rule: CacheRule?, received: WallTime) -> Freshness {
        let fields = response.fields
        let date = fields.date(received)
        guard isCacheableByDefault(response.status) else { return Freshness(lifetime: .zero, source: .none) }
        if let rule {
            let isError = response.status >= 400
            return Freshness(lifetime: isError ? max(min(rule.ttl, errorLimit), rule.minimum) : rule.ttl, source: .rule)
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
    fileprivate func date(_ received: WallTime) -> WallTime {
        first(.date).flatMap { HTTPDate.parse($0, now: received) } ?? received
    }

    /// A value that is no date, such as `0`, is in the past (RFC 9111 §5.3); of several the earliest counts.
    fileprivate func earliestExpiry(now: WallTime) -> WallTime? {
        guard contains(.expires) else { return nil }
        return values(.expires).map { HTTPDate.parse($0, now: now) ?? WallTime(seconds: 0) }.min()
    }
}
