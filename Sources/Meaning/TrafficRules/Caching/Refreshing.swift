package import Stacks

/// Freshening a kept answer with the origin's 304, RFC 9111 §4.3.4 and §3.2.
extension StoredResponse {
    /// The kept answer with the fields of the 304; nil when the 304 is about another representation, or when it forbids
    /// keeping: then the kept answer is to be removed and fetched again.
    package func refreshed(
        by notModified: ResponseHead, to request: RequestHead, rule: CacheRule?, times: ExchangeTimes
    ) -> StoredResponse? {
        guard isSelected(by: notModified.fields) else { return nil }
        return updated(by: notModified, to: request, rule: rule, times: times)
    }

    /// What is kept is the answer to a GET, also where a HEAD asked about it.
    private func updated(
        by answer: ResponseHead, to request: RequestHead, rule: CacheRule?, times: ExchangeTimes
    ) -> StoredResponse? {
        var (updated, get) = (told, request)
        get.method = .get
        updated.fields.update(from: answer.fields)
        guard case .store(let plan) = StorageDecision.decide(updated, to: get, rule: rule, times: times) else {
            return nil
        }
        return StoredResponse(updated, to: get, plan: plan, compression: compression)
    }

    /// What an answer to HEAD means for the kept answer to GET, RFC 9111 §4.3.5.
    package enum HeadOutcome: Sendable, Equatable {
        /// It says nothing about it.
        case unrelated
        case refreshed(StoredResponse)
        /// The origin has another representation by now.
        case outdated
    }

    package func told(
        byHead answer: ResponseHead, to request: RequestHead, rule: CacheRule?, times: ExchangeTimes
    ) -> HeadOutcome {
        guard answer.status == 200, head.status == 200 else { return .unrelated }
        for name in [FieldName.etag, .lastModified, .contentLength] {
            guard let new = answer.fields.first(name), let own = told.fields.first(name) else { continue }
            if !new.elementsEqual(own) { return .outdated }
        }
        return updated(by: answer, to: request, rule: rule, times: times).map { .refreshed($0) } ?? .outdated
    }

    /// A strong tag must match strongly; a weak one weakly; without a tag the modification dates must not differ. A 304
    /// without any validator is about the one answer that was asked for.
    private func isSelected(by fields: HeaderFields) -> Bool {
        if let new = fields.first(.etag).map(EntityTag.init) {
            guard let own = told.fields.first(.etag).map(EntityTag.init) else { return false }
            return new.isWeak ? new.matchesWeakly(own) : new.matchesStrongly(own)
        }
        if let new = fields.first(.lastModified), let own = told.fields.first(.lastModified) {
            return new.elementsEqual(own)
        }
        return true
    }
}

extension HeaderFields {
    /// Every field of the 304 replaces the stored ones of its name, except those that describe the stored bytes.
    fileprivate mutating func update(from other: HeaderFields) {
        var incoming = other
        HopByHop.strip(&incoming)
        for name in HeaderFields.boundToContent { incoming.removeAll(name) }
        // Age and Date of the first answer say nothing about this one: a 304 without Date counts as made on receipt.
        removeAll(.age)
        removeAll(.date)
        func replace(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
            removeAll { $0.elementsEqual(name) }
        }
        func add(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
            append(name: name, value: value)
        }
        incoming.visit(replace)
        incoming.visit(add)
    }

    private static let boundToContent: [FieldName] = [
        .contentLength, FieldName("content-encoding"), FieldName("content-range"),
    ]
}
