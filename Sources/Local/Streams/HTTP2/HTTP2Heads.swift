import TrafficRules

/// Why a decoded list is no head: the stream is reset, or answered with a status.
enum HTTP2HeadFault: Error, Equatable {
    /// RFC 9113 §8.1.1: a stream error.
    case malformed(String)
    case refused(MessageRefusal)
}

/// From HPACK's lists to the values of TrafficRules (RFC 9113 §8.2 and §8.3).
enum HTTP2Heads {
    /// The request, and the length that it promises.
    static func request(_ list: HeaderList) throws(HTTP2HeadFault) -> (RequestHead, length: Int?) {
        try list.bytes.withUnsafeBufferPointer { bytes throws(HTTP2HeadFault) in
            try request(list.entries, UnsafeRawBufferPointer(bytes))
        }
    }

    private static func request(
        _ entries: [HeaderList.Entry], _ bytes: UnsafeRawBufferPointer
    ) throws(HTTP2HeadFault) -> (RequestHead, length: Int?) {
        let pseudo = try PseudoFields(entries, bytes)
        var fields = HeaderFields(reservingBytes: bytes.count + 256, fields: entries.count + 8)
        var crumbs: [UInt8]?
        for entry in entries[pseudo.count...] {
            let (name, value) = try checked(entry, bytes)
            if Ascii.equals(name, "cookie") {
                // RFC 9113 §8.2.3: crumbs are joined before they leave HTTP/2.
                crumbs = (crumbs.map { $0 + [59, 32] } ?? []) + value
            } else {
                fields.append(name: name, value: value)
            }
        }
        if let crumbs { fields.append(.cookie, crumbs) }
        guard !fields.contains(.te) || fields.values(.te).allSatisfy({ Ascii.equalsIgnoringCase($0, "trailers") })
        else {
            throw .malformed("TE with more than trailers")
        }
        let length = try promisedLength(fields)
        let host = try host(pseudo.authority.map { Self.slice(bytes, $0) }, &fields)
        let method = try method(slice(bytes, pseudo.method))
        if case .other("CONNECT") = method { throw .refused(MessageRefusal(405, "CONNECT is not for a surrogate")) }
        guard let pathRange = pseudo.path else { throw .malformed("no :path") }
        let path = slice(bytes, pathRange)
        guard path.first == UInt8(ascii: "/") || (method == .options && path.elementsEqual("*".utf8)),
            path.allSatisfy(Ascii.isTarget)
        else { throw .malformed("an invalid :path") }
        guard path.count <= HTTP1Limits().requestLine else {
            throw .refused(MessageRefusal(414, "the path is too long"))
        }
        guard !fields.contains(.expect) || fields.expectsNothingButContinue else {
            throw .refused(.unknownExpectation)
        }
        let head = RequestHead(
            method: method, target: String(decoding: path, as: UTF8.self), authority: host, version: .http2,
            fields: fields)
        return (head, length)
    }

    private static func slice(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }

    private static func method(_ token: UnsafeRawBufferPointer) throws(HTTP2HeadFault) -> Method {
        if Ascii.equals(token, "GET") { return .get }
        guard !token.isEmpty, token.count <= 32, token.allSatisfy(Ascii.isToken) else {
            throw .malformed("an invalid :method")
        }
        return Method(String(decoding: token, as: UTF8.self))
    }

    /// RFC 9113 §8.2.1: lower case, nothing but token characters, no blanks around a value.
    private static func checked(
        _ entry: HeaderList.Entry, _ bytes: UnsafeRawBufferPointer
    ) throws(HTTP2HeadFault) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let (name, value) = (slice(bytes, entry.name), slice(bytes, entry.value))
        guard !name.isEmpty, name.count < 8192,
            name.allSatisfy({ Ascii.isToken($0) && !(65...90).contains($0) })
        else { throw .malformed("an invalid field name") }
        guard Ascii.isFieldContent(value) else { throw .malformed("an invalid field value") }
        if let first = value.first, let last = value.last, Ascii.isBlank(first) || Ascii.isBlank(last) {
            throw .malformed("a field value with blanks around it")
        }
        if ConnectionSpecific.contains(name) { throw .malformed("a connection-specific field") }
        return (name, value)
    }

    private static func promisedLength(_ fields: HeaderFields) throws(HTTP2HeadFault) -> Int? {
        guard let first = fields.first(.contentLength) else { return nil }
        guard let length = ContentLength.parse(first), fields.count(of: .contentLength) == 1 else {
            throw .malformed("an invalid Content-Length")
        }
        return length
    }

    /// `:authority` wins and a `host` beside it must agree (RFC 9113 §8.3.1).
    private static func host(
        _ authority: UnsafeRawBufferPointer?, _ fields: inout HeaderFields
    ) throws(HTTP2HeadFault) -> String {
        guard fields.count(of: .host) <= 1 else { throw .malformed("several Host fields") }
        let host = fields.first(.host)
        if let authority {
            guard !authority.isEmpty, Authority.isValid(authority), host?.elementsEqual(authority) ?? true
            else { throw .malformed("an invalid :authority") }
            if host == nil { fields.append(.host, authority) }
            return String(decoding: authority, as: UTF8.self)
        }
        guard let host, !host.isEmpty, Authority.isValid(host) else {
            throw .malformed("neither :authority nor Host")
        }
        return String(decoding: host, as: UTF8.self)
    }

    static func trailers(_ list: HeaderList) throws(HTTP2HeadFault) -> HeaderFields {
        try list.bytes.withUnsafeBufferPointer { bytes throws(HTTP2HeadFault) in
            try plain(list.entries[...], UnsafeRawBufferPointer(bytes))
        }
    }

    private static func plain(
        _ entries: ArraySlice<HeaderList.Entry>, _ bytes: UnsafeRawBufferPointer
    ) throws(HTTP2HeadFault) -> HeaderFields {
        var fields = HeaderFields(reservingBytes: bytes.count + 256, fields: entries.count + 8)
        for entry in entries {
            let (name, value) = try checked(entry, bytes)
            fields.append(name: name, value: value)
        }
        return fields
    }

    /// An answer and the length that it promises.
    static func answer(_ list: HeaderList) throws(HTTP2HeadFault) -> (head: ResponseHead, length: Int?) {
        guard let first = list.entries.first, list.bytes[first.name].elementsEqual(":status".utf8),
            first.valueLength == 3, let status = ContentLength.parse(list.bytes[first.value]),
            (100...999).contains(status), status != 101
        else { throw .malformed("an invalid :status") }
        let fields = try list.bytes.withUnsafeBufferPointer { bytes throws(HTTP2HeadFault) in
            try plain(list.entries.dropFirst(), UnsafeRawBufferPointer(bytes))
        }
        return (ResponseHead(status: status, fields: fields), try promisedLength(fields))
    }
}

/// The pseudo-header fields at the beginning of a request's list, each at most once, all before the others
/// (RFC 9113 §8.3.1).
private struct PseudoFields {
    private(set) var method = 0..<0
    private(set) var path: Range<Int>?
    private(set) var authority: Range<Int>?
    private(set) var count = 0

    init(_ entries: [HeaderList.Entry], _ bytes: UnsafeRawBufferPointer) throws(HTTP2HeadFault) {
        var (method, scheme): (Range<Int>?, Range<Int>?)
        for entry in entries {
            guard bytes[entry.name].first == Ascii.colon else { break }
            count += 1
            let isNew: Bool
            switch UnsafeRawBufferPointer(rebasing: bytes[entry.name]) {
            case let name where Ascii.equals(name, ":method"):
                isNew = method == nil
                method = entry.value
            case let name where Ascii.equals(name, ":path"):
                isNew = path == nil
                path = entry.value
            case let name where Ascii.equals(name, ":scheme"):
                isNew = scheme == nil
                scheme = entry.value
            case let name where Ascii.equals(name, ":authority"):
                isNew = authority == nil
                authority = entry.value
            default:
                throw .malformed("an unknown pseudo-header field")
            }
            guard isNew else { throw .malformed("a pseudo-header field twice") }
        }
        guard let method else { throw .malformed("no :method") }
        self.method = method
        let isConnect = Ascii.equals(UnsafeRawBufferPointer(rebasing: bytes[method]), "CONNECT")
        guard isConnect == (scheme == nil), isConnect == (path == nil) else {
            throw .malformed("a pseudo-header field is missing")
        }
        if let scheme, !Self.isScheme(UnsafeRawBufferPointer(rebasing: bytes[scheme])) {
            throw .malformed("an invalid :scheme")
        }
    }

    /// RFC 3986 §3.1. Which one it is says nothing about the connection (RFC 9113 §8.3.1).
    private static func isScheme(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if Ascii.equals(bytes, "https") { return true }
        guard let first = bytes.first, (first | 32) &- 97 < 26 else { return false }
        return bytes.allSatisfy { byte in
            (byte | 32) &- 97 < 26 || byte &- 48 < 10 || byte == 43 || byte == 45 || byte == 46
        }
    }
}
