import TrafficRules

/// RFC 9112 §6 for requests, the strict way: whatever two parsers could read in two ways is refused.
enum RequestFraming {
    static func of(_ fields: HeaderFields, version: RequestHead.Version) throws(MessageRefusal) -> BodyFraming {
        if let coding = fields.first(.transferEncoding) {
            guard version == .http11 else { throw MessageRefusal(400, "Transfer-Encoding in HTTP/1.0") }
            guard !fields.contains(.contentLength) else {
                throw MessageRefusal(400, "both Content-Length and Transfer-Encoding")
            }
            guard fields.count(of: .transferEncoding) == 1, Ascii.equalsIgnoringCase(coding, "chunked") else {
                throw MessageRefusal(501, "a transfer coding other than chunked")
            }
            return .chunked
        }
        guard let first = fields.first(.contentLength) else { return .none }
        guard fields.count(of: .contentLength) == 1, let length = ContentLength.parse(first) else {
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
        let length = try length(&fields)
        let coding = fields.first(.transferEncoding)
        guard length == nil || coding == nil else {
            throw MessageRefusal(502, "both Content-Length and Transfer-Encoding")
        }
        if method == .head || status == 204 || status == 304 || status < 200 { return .none }
        if let coding {
            guard fields.count(of: .transferEncoding) == 1, Ascii.equalsIgnoringCase(coding, "chunked") else {
                throw MessageRefusal(502, "a transfer coding other than chunked")
            }
            return .chunked
        }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }

    static func length(_ fields: inout HeaderFields) throws(MessageRefusal) -> Int? {
        guard let first = fields.first(.contentLength) else { return nil }
        guard let length = ContentLength.parse(first) else { throw MessageRefusal(502, "an invalid Content-Length") }
        guard fields.count(of: .contentLength) > 1 else { return length }
        guard fields.values(.contentLength).allSatisfy({ $0.elementsEqual(first) }) else {
            throw MessageRefusal(502, "an invalid Content-Length")
        }
        fields.removeAll(.contentLength)
        fields.append(.contentLength, first)
        return length
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
        fields.forEach(.connection) { value in
            var rest = value
            while let comma = rest.firstIndex(of: 44) {
                note(rest[..<comma].trimmingBlanks)
                rest = rest[(comma + 1)...]
            }
            note(rest.trimmingBlanks)
        }
    }

    private mutating func note(_ token: ArraySlice<UInt8>) {
        if Ascii.equalsIgnoringCase(token, "close") { close = true }
        if Ascii.equalsIgnoringCase(token, "keep-alive") { keepAlive = true }
        if Ascii.equalsIgnoringCase(token, "upgrade") { upgrade = true }
    }
}

extension ArraySlice<UInt8> {
    var trimmingBlanks: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, Ascii.isBlank(self[start]) { start += 1 }
        while end > start, Ascii.isBlank(self[end - 1]) { end -= 1 }
        return self[start..<end]
    }
}
