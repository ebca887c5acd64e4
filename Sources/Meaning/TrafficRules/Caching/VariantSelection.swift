package import Stacks

/// The cookies and headers that a rule of the manifest puts into the key. They tell variants of one URI apart, as `Vary` does, so
/// that an invalidation of the URI removes all of them.
package struct VariantSelection: Sendable, Equatable {
    package let cookies: CacheRule.Selection
    package let headers: [FieldName]

    /// Nil when the rule names none.
    package init?(_ rule: CacheRule?) {
        guard let rule, rule.cookies != .none || !rule.headers.isEmpty else { return nil }
        cookies = rule.cookies
        headers = rule.headers.map { FieldName($0) }
    }

    func append(_ request: HeaderFields, to bytes: inout [UInt8]) {
        for name in headers { VariantKey.append(name, request, to: &bytes) }
        switch cookies {
        case .none: break
        case .all: for value in request.values(.cookie) { bytes.append(contentsOf: value) }
        case .named(let names):
            // In the order of the rule, whatever the client's; of a repeated one all values count.
            let cookies = request.cookies
            for name in names {
                for pair in cookies where pair.name.elementsEqual(name.utf8) {
                    bytes.append(contentsOf: pair.name)
                    bytes.append(61)
                    bytes.append(contentsOf: pair.value)
                    bytes.append(59)
                }
            }
        }
        bytes.append(0)
    }
}

extension HeaderFields {
    /// The pairs of all `Cookie` lines in order (RFC 6265 §4.2.1); one without `=` is a name without a value.
    var cookies: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        values(.cookie).flatMap { line in
            line.split(separator: 59).map { pair in
                let trimmed = pair.trimmed
                guard let equals = trimmed.firstIndex(of: 61) else { return (trimmed, trimmed[trimmed.endIndex...]) }
                return (trimmed[..<equals], trimmed[(equals + 1)...])
            }
        }
    }
}

/// The query of a target as a rule of the manifest puts it into the key.
enum QuerySelection {
    /// Without a query when nothing is selected of it. Named parameters stand in the order of the rule, so that the order in
    /// which a client writes them does not matter; of a repeated one all values count, in their order.
    static func target(_ target: String, _ selection: CacheRule.Selection) -> String {
        guard selection != .all, let mark = target.utf8.firstIndex(of: 63) else { return target }
        let path = String(target[..<mark])
        guard case .named(let names) = selection else { return path }
        let pairs = target[target.utf8.index(after: mark)...].utf8.split(separator: 38)
        let kept = names.flatMap { name in
            pairs.filter { pair in pair.prefix { $0 != 61 }.elementsEqual(name.utf8) }.map { String($0) ?? "" }
        }
        return kept.isEmpty ? path : "\(path)?\(kept.joined(separator: "&"))"
    }
}
