/// Answering a client's condition from the cache, RFC 9111 §4.3.2 and RFC 9110 §13.
extension StoredResponse {
    /// True when the client already has this answer: send `notModified` instead. `If-None-Match` beats
    /// `If-Modified-Since`.
    package func isUnchanged(for request: HeaderFields, now: WallTime) -> Bool {
        guard head.status == 200 else { return false }
        if request.contains(.ifNoneMatch) { return matches(request.values(.ifNoneMatch)) }
        guard let condition = request.first(.ifModifiedSince), let since = HTTPDate.parse(condition, now: now) else {
            return false
        }
        // RFC 9111 §4.3.2: without Last-Modified the date of the answer stands in.
        let field = head.fields.first(.lastModified) ?? head.fields.first(.date)
        guard let field, let modified = HTTPDate.parse(field, now: now) else { return false }
        return modified <= since
    }

    private func matches(_ conditions: [ArraySlice<UInt8>]) -> Bool {
        guard let own = head.fields.first(.etag).map(EntityTag.init) else {
            return conditions.contains { $0.trimmed.elementsEqual([42]) }
        }
        var found = false
        for condition in conditions {
            forEachListElement(of: condition) { element in
                found = found || element.elementsEqual([42]) || EntityTag(element).matchesWeakly(own)
            }
        }
        return found
    }

    /// The 304 with the fields that RFC 9110 §15.4.5 asks for.
    package var notModified: ResponseHead {
        var fields = head.fields
        fields.removeAll { name in !StoredResponse.toldWithNotModified.contains { $0.bytes.elementsEqual(name) } }
        return ResponseHead(status: 304, fields: fields)
    }

    private static let toldWithNotModified: [FieldName] = [
        .cacheControl, FieldName("content-location"), .date, .etag, .expires, .lastModified, .vary,
    ]
}
