/// The head of a kept answer with all that later decisions need; the body lies beside it in the store.
package struct StoredResponse: Sendable, Equatable {
    /// Without hop-by-hop fields and without `Age`; always with `Date`.
    package private(set) var head: ResponseHead
    package private(set) var lifetime: Duration
    package private(set) var directives: CacheControl
    package let vary: [FieldName]
    package let variant: VariantKey
    private var initialAge: Duration
    /// On the monotonic clock: ages stay right when the calendar jumps.
    private var receivedAt: Duration

    package init(_ response: ResponseHead, to request: RequestHead, plan: StoragePlan) {
        head = response
        HopByHop.strip(&head.fields)
        head.fields.removeAll(.age)
        if !head.fields.contains(.date) { head.fields.append(.date, HTTPDate.format(plan.times.receivedAt)) }
        lifetime = plan.freshness.lifetime
        directives = plan.directives
        vary = plan.vary
        variant = VariantKey(names: plan.vary, request: request.fields)
        initialAge = plan.initialAge
        receivedAt = plan.times.received
    }

    /// `current_age` of RFC 9111 §4.2.3.
    package func age(at now: Duration) -> Duration { initialAge + max(.zero, now - receivedAt) }

    package var hasValidator: Bool { head.fields.contains(.etag) || head.fields.contains(.lastModified) }

    /// Bytes in memory without the body.
    package var byteCount: Int { head.fields.byteCount + variant.byteCount + MemoryLayout<StoredResponse>.stride }

    /// Adds what the origin needs in order to answer 304 (RFC 9111 §4.3.1), in place of the client's own conditions.
    package func addConditions(to request: inout HeaderFields) {
        request.removeConditions()
        if let tag = head.fields.first(.etag) { request.append(.ifNoneMatch, tag) }
        if let date = head.fields.first(.lastModified) { request.append(.ifModifiedSince, date) }
    }
}

extension HeaderFields {
    /// Removes the client's `If-None-Match` and `If-Modified-Since`, so that the origin's answer can fill the cache; the
    /// cache then evaluates them itself (`StoredResponse.isUnchanged`).
    package mutating func removeConditions() {
        removeAll(.ifNoneMatch)
        removeAll(.ifModifiedSince)
    }
}
