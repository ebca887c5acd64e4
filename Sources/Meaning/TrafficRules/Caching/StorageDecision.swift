package import Stacks

/// Whether an answer is kept, by the rules for shared caches of RFC 9111 §3.
package enum StorageDecision: Sendable, Equatable {
    case store(StoragePlan)
    case no(Reason)

    package enum Reason: Sendable, Equatable {
        /// Only answers to GET have a body to keep.
        case method
        /// 1xx, 206, 304, and what is neither cacheable by default nor given a lifetime.
        case status
        case noStore, isPrivate
        /// The request had `Authorization` and the answer does not allow sharing (RFC 9111 §3.5).
        case authorization
        /// Safer than the RFC, as most shared caches: a cookie is meant for one client.
        case setsCookie
        case varyAny
        /// Nothing says how long, and no rule does.
        case noLifetime
        /// It would be stale at once and has no validator to ask with.
        case staleWithoutValidator
    }

    /// - Parameters:
    ///   - rule: the manifest's for the path. One with a minimum above zero keeps even what says `no-store`, `private` or
    ///     `no-cache`, for that minimum and whatever else the answer says, as CloudFront does: the operator has said so. Of a status that is
    ///     not cacheable by default such an answer is not kept.
    ///   - times: asked for only when nothing else forbids to keep the answer.
    package static func decide(
        _ response: ResponseHead, to request: RequestHead, rule: CacheRule?, times: @autoclosure () -> ExchangeTimes
    ) -> StorageDecision {
        guard request.method == .get else { return .no(.method) }
        guard response.status >= 200, response.status != 206, response.status != 304 else { return .no(.status) }
        let fields = response.fields
        var directives = CacheControl(response: fields)
        let isOverruled = rule.map { $0.minimum > .zero && directives.has(Self.overruled) } ?? false
        if isOverruled { directives.flags.subtract(Self.overruled) }
        if let reason = refusal(of: response, directives, request) { return .no(reason) }
        // An error or the way to a login, which nobody keeps unasked, is not kept against its word.
        if isOverruled, !Freshness.isCacheableByDefault(response.status) { return .no(.status) }
        guard case .fields(let vary) = Vary(fields) else { return .no(.varyAny) }

        let times = times()
        let freshness =
            if let rule, isOverruled {
                Freshness(lifetime: rule.minimum, source: .rule)
            } else {
                Freshness.of(response, directives, rule: rule, received: times.receivedAt)
            }
        let mustAsk = directives.has(.noCache)
        if freshness.source == .none, !mustAsk {
            return .no(Freshness.isCacheableByDefault(response.status) ? .noLifetime : .status)
        }
        let age = times.initialAge(of: fields)
        if mustAsk || freshness.lifetime <= age, !fields.contains(.etag), !fields.contains(.lastModified) {
            return .no(.staleWithoutValidator)
        }
        return .store(
            StoragePlan(
                freshness: freshness, initialAge: age, vary: vary, selection: VariantSelection(rule),
                directives: directives, times: times))
    }

    private static let overruled: CacheControl.Flags = [.noStore, .isPrivate, .noCache]

    private static func refusal(
        of response: ResponseHead, _ directives: CacheControl, _ request: RequestHead
    ) -> Reason? {
        // RFC 9111 §5.2.2.3: must-understand overrides no-store for a status whose rules are known here, and of another one (§3)
        // nothing is kept.
        let mustUnderstand = directives.has(.mustUnderstand)
        if mustUnderstand, !Freshness.isUnderstood(response.status) { return .status }
        if directives.has(.noStore), !mustUnderstand { return .noStore }
        if directives.has(.isPrivate) { return .isPrivate }
        if CacheControl(request.fields).has(.noStore) { return .noStore }
        if response.fields.contains(.setCookie), !directives.withheld.contains(.setCookie) { return .setsCookie }
        let shared = directives.has([.isPublic, .mustRevalidate]) || directives.sharedMaxAge != nil
        if request.fields.contains(.authorization), !shared { return .authorization }
        return nil
    }
}

/// How an answer is kept.
package struct StoragePlan: Sendable, Equatable {
    package var freshness: Freshness
    package var initialAge: Duration
    /// Names from `Vary`, sorted, each once.
    package var vary: [FieldName]
    /// What the manifest's rule adds to `vary`.
    package var selection: VariantSelection?
    package var directives: CacheControl
    package var times: ExchangeTimes
}
