import NIOHPACK
import TrafficRules

/// Heads as HTTP/2 writes them (RFC 9113 §8.3), for connections to tasks.
extension HPACKHeaders {
    init(_ head: RequestHead, body: BodyFraming) {
        self.init()
        add(name: ":method", value: head.method.description, indexing: .indexable)
        add(name: ":scheme", value: "http", indexing: .indexable)
        add(name: ":authority", value: head.authority, indexing: .indexable)
        add(name: ":path", value: head.target, indexing: .nonIndexable)
        add(head.fields)
        switch body {
        case .length(let count): add(name: "content-length", value: String(count))
        case .none where head.method == .post || head.method == .put || head.method == .patch:
            add(name: "content-length", value: "0")
        case .none, .chunked, .untilClose: break
        }
    }

    /// Without what RFC 9113 §8.2.2 forbids; `te` may say `trailers` and nothing else.
    mutating func add(_ fields: HeaderFields) {
        fields.visit { name, value in
            let name = String(decoding: name, as: UTF8.self)
            let value = String(decoding: value, as: UTF8.self)
            guard !Self.forbidden.contains(name), name != "te" || value == "trailers" else { return }
            // Secrets and what changes with every request are kept out of the compression's memory (RFC 7541 §7.1).
            let isSecret = name == "authorization" || name == "cookie"
            add(
                name: name, value: value,
                indexing: isSecret ? .neverIndexed : Self.fresh.contains(name) ? .nonIndexable : .indexable)
        }
    }

    private static let forbidden: Set<String> = [
        "connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length",
    ]
    private static let fresh: Set<String> = ["x-amzn-trace-id", "x-forwarded-for"]
}

extension HeaderFields {
    /// Without pseudo-header fields. NIOHTTP2 has looked at the names, and for line ends in the values.
    init(_ headers: HPACKHeaders) throws(MessageRefusal) {
        self.init()
        for (name, value, _) in headers where !name.hasPrefix(":") {
            guard value.utf8.allSatisfy(Ascii.isFieldContent) else {
                throw MessageRefusal(502, "a control character in a field value")
            }
            append(name: name.utf8, value: value.utf8)
        }
    }
}

extension ResponseHead {
    /// Refuses what NIOHTTP2 lets through and an HTTP/1 client would read in another way.
    init(_ headers: HPACKHeaders) throws(MessageRefusal) {
        guard let text = headers.first(name: ":status"), text.utf8.count == 3, let status = Int(text),
            (100...999).contains(status)
        else { throw MessageRefusal(502, "an answer without a status") }
        self.init(status: status, fields: try HeaderFields(headers))
    }

    /// By its length when it says one; several that say the same are made one.
    mutating func takeFraming() throws(MessageRefusal) -> BodyFraming {
        try ResponseFraming.length(&fields).map { .length($0) } ?? .chunked
    }
}
