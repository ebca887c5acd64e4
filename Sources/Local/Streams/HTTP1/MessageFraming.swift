import TrafficRules

/// RFC 9112 §6 for requests, the strict way: whatever two parsers could read in two ways is refused.
enum RequestFraming {
    static func of(_ fields: HeaderFields, version: RequestHead.Version) throws(MessageRefusal) -> BodyFraming {
        let codings = fields.values(.transferEncoding)
        let lengths = fields.values(.contentLength)
        if !codings.isEmpty {
            guard version == .http11 else { throw MessageRefusal(400, "Transfer-Encoding in HTTP/1.0") }
            guard lengths.isEmpty else { throw MessageRefusal(400, "both Content-Length and Transfer-Encoding") }
            guard codings.count == 1, Ascii.equalsIgnoringCase(codings[0], "chunked") else {
                throw MessageRefusal(501, "a transfer coding other than chunked")
            }
            return .chunked
        }
        guard let first = lengths.first else { return .none }
        guard lengths.count == 1, let length = ContentLength.parse(first) else {
            throw MessageRefusal(400, "an invalid Content-Length")
        }
        return length == 0 ? .none : .length(length)
    }
}

/// RFC 9112 §6.3 for answers from a task. What several lengths say the same way is made one of.
enum ResponseFraming {
    static func of(
        _ fields: inout HeaderFields, status: Int, method: Method
    ) throws(MessageRefusal) -> BodyFraming {
        let lengths = fields.values(.contentLength)
        var length: Int?
        if let first = lengths.first {
            length = ContentLength.parse(first)
            guard length != nil, lengths.allSatisfy({ $0.elementsEqual(first) }) else {
                throw MessageRefusal(502, "an invalid Content-Length")
            }
            if lengths.count > 1 {
                fields.removeAll(.contentLength)
                fields.append(.contentLength, first)
            }
        }
        let codings = fields.values(.transferEncoding)
        guard lengths.isEmpty || codings.isEmpty else {
            throw MessageRefusal(502, "both Content-Length and Transfer-Encoding")
        }
        if method == .head || status == 204 || status == 304 || status < 200 { return .none }
        if !codings.isEmpty {
            guard codings.count == 1, Ascii.equalsIgnoringCase(codings[0], "chunked") else {
                throw MessageRefusal(502, "a transfer coding other than chunked")
            }
            return .chunked
        }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }
}

enum ContentLength {
    /// Digits only, at most 18 of them; nil otherwise.
    static func parse(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte &- 48 < 10 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}

/// The tokens of `Connection` that concern a server.
struct ConnectionOptions {
    private(set) var close = false
    private(set) var keepAlive = false
    private(set) var upgrade = false

    init(_ fields: HeaderFields) {
        for value in fields.values(.connection) {
            for part in value.split(separator: 44) {
                let token = part.trimmingBlanks
                if Ascii.equalsIgnoringCase(token, "close") { close = true }
                if Ascii.equalsIgnoringCase(token, "keep-alive") { keepAlive = true }
                if Ascii.equalsIgnoringCase(token, "upgrade") { upgrade = true }
            }
        }
    }
}

extension ArraySlice<UInt8> {
    var trimmingBlanks: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, Ascii.isBlank(first) { slice.removeFirst() }
        while let last = slice.last, Ascii.isBlank(last) { slice.removeLast() }
        return slice
    }
}
