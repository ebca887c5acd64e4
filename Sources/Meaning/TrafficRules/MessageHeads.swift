/// What a request asks for, before its body. Made by the HTTP/1 and HTTP/2 parsers, which have checked it.
package struct RequestHead: Sendable, Equatable {
    package enum Version: Sendable, Equatable { case http10, http11, http2 }

    /// A token such as `GET`; case matters.
    package var method: Method
    /// Origin form: `/path?query`; `*` for OPTIONS alone. Printable ASCII without spaces.
    package var target: String
    /// Host and port as the client sent them: from `Host`, `:authority`, or an absolute-form target.
    package var authority: String
    package var version: Version
    /// Without HTTP/2 pseudo-header fields; `host` may be absent there.
    package var fields: HeaderFields

    package init(
        method: Method, target: String, authority: String, version: Version = .http11,
        fields: HeaderFields = HeaderFields()
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        self.version = version
        self.fields = fields
    }

    /// The target up to its `?`.
    package var path: Substring { target.withoutQuery }
}

extension String {
    /// A target up to its `?`, found in its bytes: by characters every one of them would be looked at for what it may join with.
    var withoutQuery: Substring {
        var text = self
        let mark = text.withUTF8 { $0.firstIndex(of: 63) }
        return mark.map { self[..<utf8.index(startIndex, offsetBy: $0)] } ?? self[...]
    }
}

/// A request's method; the common ones without a text of their own.
package enum Method: Sendable, Hashable, CustomStringConvertible {
    case get, head, post, put, patch, delete, options
    /// Any other token.
    case other(String)

    package init(_ token: String) {
        self =
            switch token {
            case "GET": .get
            case "HEAD": .head
            case "POST": .post
            case "PUT": .put
            case "PATCH": .patch
            case "DELETE": .delete
            case "OPTIONS": .options
            default: .other(token)
            }
    }

    package var description: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let token): token
        }
    }

    /// Safe by RFC 9110 §9.2.1.
    package var isSafe: Bool {
        switch self {
        case .get, .head, .options: true
        case .other(let token): token == "TRACE"
        default: false
        }
    }

    /// Idempotent by RFC 9110 §9.2.2.
    package var isIdempotent: Bool { isSafe || self == .put || self == .delete }
}

/// What an answer says before its body.
package struct ResponseHead: Sendable, Equatable {
    /// 100...999
    package var status: Int
    package var fields: HeaderFields

    package init(status: Int, fields: HeaderFields = HeaderFields()) {
        self.status = status
        self.fields = fields
    }
}
