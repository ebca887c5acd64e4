/// The head of a kept answer with all that later decisions need; the body lies beside it in the store. A class, because every hit passes
/// it on: as a struct it would be counted field by field.
package final class StoredResponse: Sendable, Equatable {
    /// Without hop-by-hop fields and without `Age`; always with `Date`.
    package let head: ResponseHead
    package let lifetime: Duration
    package let directives: CacheControl
    package let vary: [FieldName]
    package let selection: VariantSelection?
    package let variant: VariantKey
    /// What the request took, where that is all that the answer depends on: then nothing else is compared.
    package let codings: AcceptedCodings?
    private let initialAge: Duration
    /// On the monotonic clock: ages stay right when the calendar jumps.
    private let receivedAt: Duration
    /// What the edge did to the body.
    package let coding: ContentCoding?
    /// The origin's head, where `head` says something else because of `coding`: validators are the origin's own.
    private let original: ResponseHead?

    /// - Parameter response: as the origin gave it; `compression` is applied to the head here and to the body elsewhere.
    package init(
        _ response: ResponseHead, to request: RequestHead, plan: StoragePlan, compression: Compression = .never
    ) {
        var kept = response
        HopByHop.strip(&kept.fields)
        kept.fields.removeAll(.age)
        for name in plan.directives.withheld { kept.fields.removeAll(name) }
        if !kept.fields.contains(.date) { kept.fields.append(.date, HTTPDate.format(plan.times.receivedAt)) }
        coding = compression.coding
        head = compression.applied(to: kept)
        original = coding == nil ? nil : kept
        var plan = plan
        if case .fields(let names) = Vary(head.fields) { plan.vary = names }
        lifetime = plan.freshness.lifetime
        directives = plan.directives
        vary = plan.vary
        selection = plan.selection
        variant = VariantKey(names: plan.vary, selection: plan.selection, request: request.fields)
        codings = plan.selection == nil && plan.vary == [AcceptedCodings.field] ? AcceptedCodings(request.fields) : nil
        initialAge = plan.initialAge
        receivedAt = plan.times.received
    }

    /// `current_age` of RFC 9111 §4.2.3.
    package func age(at now: Duration) -> Duration { initialAge + max(.zero, now - receivedAt) }

    /// Other requests for the same URI may get another answer.
    package var hasVariants: Bool { !vary.isEmpty || selection != nil }

    /// Which variant a request asks for, among those of this answer's kind.
    package func wanted(by request: HeaderFields) -> VariantKey {
        VariantKey(names: vary, selection: selection, request: request)
    }

    package var hasValidator: Bool { head.fields.contains(.etag) || head.fields.contains(.lastModified) }

    /// Bytes in memory without the body.
    package var byteCount: Int {
        head.fields.byteCount + (original?.fields.byteCount ?? 0) + variant.byteCount
            + Self.ownBytes
    }

    /// Of an object without what its lists hold, roughly.
    private static let ownBytes = 320

    package static func == (left: StoredResponse, right: StoredResponse) -> Bool {
        left.head == right.head && left.original == right.original && left.coding == right.coding
            && left.lifetime == right.lifetime && left.directives == right.directives && left.vary == right.vary
            && left.selection == right.selection && left.variant == right.variant
            && left.initialAge == right.initialAge && left.receivedAt == right.receivedAt
    }

    /// As the origin told it.
    var told: ResponseHead { original ?? head }

    /// What was decided for its body, for a new head on it.
    var compression: Compression { coding.map { .encode($0) } ?? (isNegotiated ? .plain : .never) }

    private var isNegotiated: Bool { vary.contains(AcceptedCodings.field) }

    /// Adds what the origin needs in order to answer 304 (RFC 9111 §4.3.1), in place of the client's own conditions.
    package func addConditions(to request: inout HeaderFields) {
        request.removeConditions()
        if let tag = told.fields.first(.etag) { request.append(.ifNoneMatch, tag) }
        if let date = told.fields.first(.lastModified) { request.append(.ifModifiedSince, date) }
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
