/// A coding that the edge applies to answers, RFC 9110 §8.4.1.
package enum ContentCoding: String, Sendable, CaseIterable {
    case gzip
    case brotli = "br"
}

/// Whether an answer is encoded on its way into the cache. The conditions are CloudFront's, so that what is compressed here is
/// compressed on aws and nothing else: only what is kept, of a known length, of a type that gains by it. Source: CloudFront
/// developer guide, "Serve compressed files", read 2026-11.
package enum Compression: Sendable, Equatable {
    /// As it is, whoever asks.
    case never
    /// As it is for this client; others get it encoded.
    case plain
    case encode(ContentCoding)

    /// Below, a head costs more than is saved; above, it takes too long.
    package static let lengths = 1_000...10_000_000
    private static let statuses: Set<Int> = [200, 403, 404]

    /// - Parameters:
    ///   - length: of the body; nil when only its end will tell.
    package static func decide(_ response: ResponseHead, length: Int?, to request: HeaderFields) -> Compression {
        let fields = response.fields
        guard let length, lengths.contains(length), statuses.contains(response.status),
            !fields.contains(contentEncoding), !fields.contains(.contentRange),
            // RFC 9110 §7.7: a proxy must not transform what says so.
            !CacheControl(fields).has(.noTransform),
            let type = fields.first(.contentType), isWorthIt(type)
        else { return .never }
        return AcceptedCodings(request).preferred.map { .encode($0) } ?? .plain
    }

    package var coding: ContentCoding? {
        if case .encode(let coding) = self { coding } else { nil }
    }

    /// The head that goes with the body.
    package func applied(to head: ResponseHead) -> ResponseHead {
        self == .never ? head : head.negotiated(coding)
    }

    static let contentEncoding = FieldName("content-encoding")

    private static func isWorthIt(_ type: ArraySlice<UInt8>) -> Bool {
        let media = type.prefix { $0 != 59 }.trimmed
        return types.contains(String(decoding: media.map(\.lowercasedASCII), as: UTF8.self))
    }

    private static let types: Set<String> = [
        "application/dash+xml", "application/eot", "application/font", "application/font-sfnt",
        "application/javascript", "application/json", "application/opentype", "application/otf", "application/pdf",
        "application/pkcs7-mime", "application/protobuf", "application/rss+xml", "application/truetype",
        "application/ttf", "application/vnd.apple.mpegurl", "application/vnd.mapbox-vector-tile",
        "application/vnd.ms-fontobject", "application/wasm", "application/xhtml+xml", "application/xml",
        "application/x-font-opentype", "application/x-font-truetype", "application/x-font-ttf",
        "application/x-httpd-cgi", "application/x-javascript", "application/x-mpegurl", "application/x-opentype",
        "application/x-otf", "application/x-perl", "application/x-ttf", "font/eot", "font/opentype", "font/otf",
        "font/ttf", "image/svg+xml", "text/css", "text/csv", "text/html", "text/javascript", "text/js", "text/plain",
        "text/richtext", "text/tab-separated-values", "text/xml", "text/x-component", "text/x-java-source",
        "text/x-script", "vnd.apple.mpegurl",
    ]
}

extension AcceptedCodings {
    /// Brotli is smaller for the same time; CloudFront prefers it, too.
    package var preferred: ContentCoding? {
        switch self {
        case .none: nil
        case .gzip: .gzip
        case .brotli, .both: .brotli
        }
    }
}

extension ResponseHead {
    /// What is said of an answer that is encoded for some clients, to one that gets it as it is or in `coding`. A strong tag
    /// becomes weak (RFC 9110 §8.8.1: it would say that the bytes are the same), and what is about the bytes goes.
    package func negotiated(_ coding: ContentCoding?) -> ResponseHead {
        var head = self
        if case .fields(let names) = Vary(fields), !names.contains(AcceptedCodings.field) {
            head.fields.append(.vary, "Accept-Encoding")
        }
        guard let coding else { return head }
        for name in Self.aboutBytes { head.fields.removeAll(name) }
        head.fields.set(Compression.contentEncoding, coding.rawValue)
        if let tag = fields.first(.etag), !EntityTag(tag).isWeak {
            head.fields.removeAll(.etag)
            head.fields.append(.etag, [87, 47] + tag)
        }
        return head
    }

    /// RFC 9110 §8.6 and §14.3, RFC 9530, RFC 1864.
    private static let aboutBytes: [FieldName] = [
        .contentLength, FieldName("accept-ranges"), FieldName("content-digest"), FieldName("repr-digest"),
        FieldName("digest"), FieldName("content-md5"),
    ]
}
