/// The names that an answer depends on, RFC 9111 §4.1.
package enum Vary: Sendable, Equatable {
    /// Sorted, each once; empty when there is no `Vary`.
    case fields([FieldName])
    /// `*`, or a name that is none: no request ever matches.
    case any

    package init(_ fields: HeaderFields) {
        var names: Set<FieldName> = []
        var matchesNothing = false
        for value in fields.values(.vary) {
            forEachListElement(of: value) { element in
                matchesNothing = matchesNothing || !element.allSatisfy(\.isTokenByte) || element.elementsEqual([42])
                names.insert(FieldName(String(decoding: element, as: UTF8.self)))
            }
        }
        self = matchesNothing ? .any : .fields(names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    }
}

/// What a request says in the fields that `Vary` names, normalised so that requests that mean the same are equal: field
/// lines combined, white space around commas dropped, and letters folded where the values are case-insensitive.
package struct VariantKey: Sendable, Hashable {
    private let bytes: [UInt8]

    package static let only = VariantKey(names: [], request: HeaderFields())

    /// - Parameter selection: what the manifest's rule adds.
    package init(names: [FieldName], selection: VariantSelection? = nil, request: HeaderFields) {
        var bytes: [UInt8] = []
        selection?.append(request, to: &bytes)
        for name in names { Self.append(name, request, to: &bytes) }
        self.bytes = bytes
    }

    static func append(_ name: FieldName, _ request: HeaderFields, to bytes: inout [UInt8]) {
        if name == AcceptedCodings.field {
            bytes.append(text: AcceptedCodings(request).rawValue)
            return bytes.append(0)
        }
        let folds = caseInsensitive.contains(name)
        let values = request.values(name)
        // Absent and empty are different requests.
        bytes.append(values.isEmpty ? 1 : 2)
        for value in values {
            forEachListElement(of: value) { element in
                bytes.append(contentsOf: folds ? element.map(\.lowercasedASCII) : Array(element))
                bytes.append(44)
            }
        }
        bytes.append(0)
    }

    package var byteCount: Int { bytes.count }

    /// Content negotiation of RFC 9110 §12.5: codings, languages, charsets and media types.
    private static let caseInsensitive: Set<FieldName> = [
        .accept, FieldName("accept-language"), FieldName("accept-charset"),
    ]
}

extension UInt8 {
    /// `tchar` of RFC 9110 §5.6.2.
    var isTokenByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        case 33, 35, 36, 37, 38, 39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
        default: false
        }
    }
}
