/// Freshening a kept answer with the origin's 304, RFC 9111 §4.3.4 and §3.2.
extension StoredResponse {
    /// The kept answer with the fields of the 304; nil when the 304 is about another representation, or when it forbids
    /// keeping: then the kept answer is to be removed and fetched again.
    package func refreshed(
        by notModified: ResponseHead, to request: RequestHead, rule: Duration?, times: ExchangeTimes
    ) -> StoredResponse? {
        guard isSelected(by: notModified.fields) else { return nil }
        var updated = ResponseHead(status: head.status, fields: head.fields)
        updated.fields.update(from: notModified.fields)
        guard case .store(let plan) = StorageDecision.decide(updated, to: request, rule: rule, times: times) else {
            return nil
        }
        return StoredResponse(updated, to: request, plan: plan)
    }

    /// A strong tag must match strongly; a weak one weakly; without a tag the modification dates must not differ. A 304
    /// without any validator is about the one answer that was asked for.
    private func isSelected(by fields: HeaderFields) -> Bool {
        if let told = fields.first(.etag).map(EntityTag.init) {
            guard let own = head.fields.first(.etag).map(EntityTag.init) else { return false }
            return told.isWeak ? told.matchesWeakly(own) : told.matchesStrongly(own)
        }
        if let told = fields.first(.lastModified), let own = head.fields.first(.lastModified) {
            return told.elementsEqual(own)
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
