/// Which content codings a client takes, reduced to what matters as CloudFront does, so that an answer that varies by
/// `Accept-Encoding` is kept at most four times and not once for each browser's way to write it. Source: CloudFront developer
/// guide, "Compressed objects", read 2026-11.
package enum AcceptedCodings: String, Sendable, CaseIterable {
    case none = ""
    case gzip
    case brotli = "br"
    case both = "br,gzip"

    static let field = FieldName("accept-encoding")

    /// RFC 9110 §12.5.3: a weight of 0 refuses; `*` is every coding that is not named; without the field any coding would do, which
    /// CloudFront and caches take as none.
    package init(_ fields: HeaderFields) {
        // Asked for every hit of an answer that varies by it, so nothing is allocated.
        var (gzip, brotli, others): (Bool?, Bool?, Bool?)
        fields.forEach(Self.field) { value in
            forEachListElement(of: value) { element in
                let end = element.firstIndex(of: 59) ?? element.endIndex
                let coding = element[..<end].trimmed
                let isTaken = !Self.isRefused(element[end...])
                // `x-gzip` is gzip, RFC 9110 §8.4.1.3.
                if coding.equalsIgnoringCase("gzip") || coding.equalsIgnoringCase("x-gzip") {
                    gzip = gzip ?? isTaken
                } else if coding.equalsIgnoringCase("br") {
                    brotli = brotli ?? isTaken
                } else if coding.count == 1, coding.first == 42 {
                    others = others ?? isTaken
                }
            }
        }
        switch (gzip ?? others ?? false, brotli ?? others ?? false) {
        case (true, true): self = .both
        case (true, false): self = .gzip
        case (false, true): self = .brotli
        case (false, false): self = .none
        }
    }

    /// Replaces the field, for what is sent on: the origin then sees what the key says.
    package func write(to fields: inout HeaderFields) {
        fields.removeAll(Self.field)
        if self != .none { fields.append(Self.field, rawValue) }
    }

    /// Whether one of the parameters, each after its semicolon, is a weight of zero.
    private static func isRefused(_ parameters: ArraySlice<UInt8>) -> Bool {
        var rest = parameters
        while rest.first == 59 {
            rest = rest.dropFirst()
            let end = rest.firstIndex(of: 59) ?? rest.endIndex
            if isZero(rest[..<end].trimmed) { return true }
            rest = rest[end...]
        }
        return false
    }

    /// `q=0`, `q=0.0`, `q=0.000`
    private static func isZero(_ parameter: ArraySlice<UInt8>) -> Bool {
        guard parameter.count >= 3, parameter.prefix(2).equalsIgnoringCase("q=") else { return false }
        return parameter.dropFirst(2).allSatisfy { $0 == 48 || $0 == 46 }
    }
}
