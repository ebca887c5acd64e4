import TrafficRules

/// `method SP target SP HTTP-version`, one space each (RFC 9112 §3).
struct RequestLine {
    let method: Method
    /// Origin form, or `*`.
    let target: String
    /// From an absolute-form target.
    let authority: String?
    /// The same; a target without one has that of its connection.
    let scheme: Authority.Scheme
    let version: RequestHead.Version

    init(_ line: UnsafeRawBufferPointer) throws(MessageRefusal) {
        guard let methodEnd = line.firstIndex(of: Ascii.space), methodEnd > 0,
            line[..<methodEnd].allSatisfy(Ascii.isToken), methodEnd <= 32
        else { throw MessageRefusal(400, "an invalid method") }
        let rest = line[(methodEnd + 1)...]
        guard let targetEnd = rest.firstIndex(of: Ascii.space), targetEnd > methodEnd + 1 else {
            throw MessageRefusal(400, "an invalid request line")
        }
        version = try RequestLine.version(line[(targetEnd + 1)...])
        method = RequestLine.method(line[..<methodEnd])
        let bytes = UnsafeRawBufferPointer(rebasing: line[(methodEnd + 1)..<targetEnd])
        // A fragment is never sent (RFC 9112 §3.2); servers that cut it off and servers that do not would disagree.
        guard bytes.allSatisfy(Ascii.isTarget) else {
            throw MessageRefusal(400, "an invalid character in the target")
        }
        (target, authority) = try RequestLine.target(bytes, method)
        scheme = authority != nil && bytes[4] | 32 == UInt8(ascii: "s") ? .https : .http
    }

    private static func method(_ token: Slice<UnsafeRawBufferPointer>) -> Method {
        if Ascii.equals(UnsafeRawBufferPointer(rebasing: token), "GET") { return .get }
        return Method(String(decoding: token, as: UTF8.self))
    }

    private static func version(
        _ bytes: Slice<UnsafeRawBufferPointer>
    ) throws(MessageRefusal) -> RequestHead.Version {
        if Ascii.equals(UnsafeRawBufferPointer(rebasing: bytes), "HTTP/1.1") { return .http11 }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let digits = Array(bytes)
        if digits.count == 8, digits.starts(with: "HTTP/".utf8), digits[6] == 46,
            (48...57).contains(digits[5]), (48...57).contains(digits[7])
        {
            // HTTP/1.2 and later minor versions are read as 1.1 (RFC 9110 §2.5).
            if digits[5] == 49 { return .http11 }
            throw MessageRefusal(505, "an HTTP version that is not spoken here")
        }
        throw MessageRefusal(400, "an invalid HTTP version")
    }

    private static func target(
        _ bytes: UnsafeRawBufferPointer, _ method: Method
    ) throws(MessageRefusal) -> (target: String, authority: String?) {
        if method == .other("CONNECT") { throw MessageRefusal(405, "CONNECT is not for a surrogate") }
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes[0] == UInt8(ascii: "/") { return (text, nil) }
        if text == "*", method == .options { return (text, nil) }
        guard let scheme = text.range(of: "://", anchoredAfter: ["http", "https"]) else {
            throw MessageRefusal(400, "an invalid target")
        }
        let rest = text[scheme...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = String(rest[..<end])
        guard !authority.isEmpty, Authority.isValid(authority.utf8) else {
            throw MessageRefusal(400, "an invalid authority in the target")
        }
        let path = String(rest[end...])
        // RFC 9112 §3.2.4.
        if path.isEmpty, method == .options { return ("*", authority) }
        return (path.hasPrefix("/") ? path : "/" + path, authority)
    }
}

extension String {
    /// Where the text goes on after `scheme` and `separator`, when it starts with one of the schemes in any case.
    fileprivate func range(of separator: String, anchoredAfter schemes: [String]) -> String.Index? {
        for scheme in schemes {
            let start = scheme + separator
            if prefix(start.count).lowercased() == start { return index(startIndex, offsetBy: start.count) }
        }
        return nil
    }
}
