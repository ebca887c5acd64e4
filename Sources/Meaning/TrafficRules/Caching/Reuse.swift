/// What becomes of a request, given what the store found for it.
package enum Reuse: Sendable, Equatable {
    /// Answer from the cache; `age` goes into the `Age` field.
    case fresh(age: Duration)
    /// Ask the origin with `StoredResponse.addConditions`.
    case validate
    /// Nothing usable: fetch.
    case miss
    /// The client allows the cache only (`only-if-cached`): 504.
    case unsatisfiable

    package static func decide(_ stored: StoredResponse?, for request: CacheControl, at now: Duration) -> Reuse {
        let decision = decideFreely(stored, for: request, at: now)
        if case .fresh = decision { return decision }
        return request.has(.onlyIfCached) ? .unsatisfiable : decision
    }

    private static func decideFreely(_ stored: StoredResponse?, for request: CacheControl, at now: Duration) -> Reuse {
        guard let stored else { return .miss }
        let age = stored.age(at: now)
        let ask: Reuse = stored.hasValidator ? .validate : .miss
        if stored.directives.has(.noCache) || request.has(.noCache) { return ask }
        if let limit = request.maxAge, age > .seconds(limit) { return ask }
        if let wanted = request.minFresh {
            let isEnough = wanted <= CacheControl.longestDelta && stored.lifetime - age >= .seconds(wanted)
            return isEnough && age < stored.lifetime ? .fresh(age: age) : ask
        }
        if age < stored.lifetime { return .fresh(age: age) }
        return stored.mayBeServedStale(age: age, for: request) ? .fresh(age: age) : ask
    }
}

extension StoredResponse {
    /// Only when the client asks for it (`max-stale`) and the origin does not forbid it (RFC 9111 §4.2.4; `s-maxage`
    /// implies `proxy-revalidate`, §5.2.2.10).
    fileprivate func mayBeServedStale(age: Duration, for request: CacheControl) -> Bool {
        guard let limit = request.maxStale, directives.sharedMaxAge == nil,
            !directives.has([.mustRevalidate, .proxyRevalidate])
        else { return false }
        return limit == CacheControl.longestDelta || age - lifetime <= .seconds(limit)
    }
}
