/// What becomes of a request, given what the store found for it.
package enum Reuse: Sendable, Equatable {
    /// Answer from the cache; `age` goes into the `Age` field.
    case fresh(age: Duration)
    /// Answer from the cache although it is stale, and ask the origin meanwhile (`stale-while-revalidate`, RFC 5861 §3).
    case staleMeanwhile(age: Duration)
    /// Ask the origin with `StoredResponse.addConditions`.
    case validate
    /// Nothing usable: fetch.
    case miss
    /// The client allows the cache only (`only-if-cached`): 504.
    case unsatisfiable

    package static func decide(_ stored: StoredResponse?, for request: CacheControl, at now: Duration) -> Reuse {
        let decision = decideFreely(stored, for: request, at: now)
        switch decision {
        case .fresh: return decision
        // Nobody would be asked, so nothing is gained by waiting.
        case .staleMeanwhile(let age) where request.has(.onlyIfCached): return .fresh(age: age)
        case .staleMeanwhile: return decision
        case .validate, .miss, .unsatisfiable: break
        }
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
        if stored.mayBeServedStale(age: age, for: request) { return .fresh(age: age) }
        return stored.mayBeServedMeanwhile(age: age) ? .staleMeanwhile(age: age) : ask
    }
}

extension StoredResponse {
    /// RFC 9111 §4.2.4 names them all: `stale-while-revalidate` and `stale-if-error` beside one of these mean nothing.
    fileprivate var forbidsStale: Bool {
        directives.sharedMaxAge != nil || directives.has([.mustRevalidate, .proxyRevalidate, .noCache])
    }

    fileprivate func mayBeServedMeanwhile(age: Duration) -> Bool {
        guard let window = directives.staleWhileRevalidate, !forbidsStale else { return false }
        return age - lifetime < .seconds(window)
    }

    /// Whether it may stand in for an error of the origin (500, 502, 503, 504, or no answer at all), RFC 5861 §4: when
    /// the answer or the request allows it for so long.
    package func mayStandIn(for status: Int, _ request: CacheControl, at now: Duration) -> Bool {
        guard [500, 502, 503, 504].contains(status), !forbidsStale, !request.has(.noCache) else { return false }
        guard let window = [directives.staleIfError, request.staleIfError].compactMap({ $0 }).max() else {
            return false
        }
        return age(at: now) - lifetime < .seconds(window)
    }

    /// Only when the client asks for it (`max-stale`) and the origin does not forbid it (RFC 9111 §4.2.4; `s-maxage`
    /// implies `proxy-revalidate`, §5.2.2.10).
    fileprivate func mayBeServedStale(age: Duration, for request: CacheControl) -> Bool {
        guard let limit = request.maxStale, !forbidsStale else { return false }
        return limit == CacheControl.longestDelta || age - lifetime <= .seconds(limit)
    }
}
