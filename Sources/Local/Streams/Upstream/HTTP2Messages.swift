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
    /// Without pseudo-header fields.
    init(_ headers: HPACKHeaders) {
        self.init()
        for (name, value, _) in headers where !name.hasPrefix(":") {
            append(name: name.utf8, value: value.utf8)
        }
    }
}

extension ResponseHead {
    /// Nil without a proper status.
    init?(_ headers: HPACKHeaders) {
        guard let status = headers.first(name: ":status").flatMap({ Int($0) }), (100...999).contains(status) else {
            return nil
        }
        self.init(status: status, fields: HeaderFields(headers))
    }

    /// By its length when it says one.
    var framing: BodyFraming {
        guard let value = fields.first(.contentLength), let length = ContentLength.parse(value) else { return .chunked }
        return .length(length)
    }
}
