import NIOHPACK
import TrafficRules

/// Between HPACK's lists and the values of TrafficRules.
enum HTTP2Heads {
    /// RFC 9113 §8.3.1. NIOHTTP2 has checked the pseudo-header fields' presence and order; what may be in them is
    /// checked here as it is for HTTP/1.
    static func request(_ headers: HPACKHeaders) throws(MessageRefusal) -> RequestHead {
        var method = ""
        var path = ""
        var authority: String?
        var cookies: [String] = []
        var fields = HeaderFields(reservingBytes: 512, fields: headers.count + 4)
        for (name, value, _) in headers {
            switch name {
            case ":method": method = value
            case ":path": path = value
            case ":authority": authority = value
            case "cookie": cookies.append(value)
            case _ where name.hasPrefix(":"): continue
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
                throw MessageRefusal(400, "a connection-specific field")
            default:
                guard name.utf8.allSatisfy(Ascii.isToken), name.utf8.count < 8192,
                    value.utf8.allSatisfy(Ascii.isFieldContent)
                else { throw MessageRefusal(400, "an invalid field") }
                fields.append(name: name.utf8, value: value.utf8)
            }
        }
        // RFC 9113 §8.2.3: crumbs are joined before they leave HTTP/2.
        if !cookies.isEmpty {
            let joined = cookies.joined(separator: "; ")
            guard joined.utf8.allSatisfy(Ascii.isFieldContent) else { throw MessageRefusal(400, "an invalid cookie") }
            fields.append(.cookie, joined)
        }
        guard !method.isEmpty, method.utf8.count <= 32, method.utf8.allSatisfy(Ascii.isToken) else {
            throw MessageRefusal(400, "an invalid method")
        }
        if method == "CONNECT" { throw MessageRefusal(405, "CONNECT is not for a surrogate") }
        guard path.utf8.first == 47 || (path == "*" && method == "OPTIONS"),
            path.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") })
        else { throw MessageRefusal(400, "an invalid path") }
        guard path.utf8.count <= HTTP1Limits().requestLine else { throw MessageRefusal(414, "the path is too long") }
        let lengths = fields.values(.contentLength)
        guard lengths.count <= 1, lengths.allSatisfy({ ContentLength.parse($0) != nil }) else {
            throw MessageRefusal(400, "an invalid Content-Length")
        }
        let host = try host(authority, &fields)
        return RequestHead(method: Method(method), target: path, authority: host, version: .http2, fields: fields)
    }

    /// `:authority` wins and a `host` beside it must agree (RFC 9113 §8.3.1).
    private static func host(
        _ authority: String?, _ fields: inout HeaderFields
    ) throws(MessageRefusal) -> String {
        let hosts = fields.values(.host).map { String(decoding: $0, as: UTF8.self) }
        guard hosts.count <= 1, let host = authority ?? hosts.first, hosts.first ?? host == host, !host.isEmpty,
            Authority.isValid(host.utf8)
        else { throw MessageRefusal(400, "an invalid authority") }
        if hosts.isEmpty { fields.append(.host, host) }
        return host
    }

    static func response(_ head: ResponseHead, date: [UInt8]?) -> HPACKHeaders {
        var headers = HPACKHeaders()
        headers.reserveCapacity(head.fields.count + 2)
        headers.add(name: ":status", value: String(head.status))
        append(head.fields, to: &headers)
        if let date, !head.fields.contains(.date) {
            headers.add(name: "date", value: String(decoding: date, as: UTF8.self))
        }
        return headers
    }

    static func trailers(_ fields: HeaderFields) -> HPACKHeaders {
        var headers = HPACKHeaders()
        append(fields, to: &headers)
        return headers
    }

    /// Trailers; nil when they hold what HTTP/1 could not carry.
    static func fields(_ headers: HPACKHeaders) -> HeaderFields? {
        var fields = HeaderFields()
        for (name, value, _) in headers {
            guard name.utf8.allSatisfy(Ascii.isToken), name.utf8.count < 8192,
                value.utf8.allSatisfy(Ascii.isFieldContent)
            else { return nil }
            fields.append(name: name.utf8, value: value.utf8)
        }
        return fields
    }

    private static let connectionSpecific: Set<[UInt8]> = Set(
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"].map { Array($0.utf8) })

    /// RFC 9113 §8.2.2 forbids connection-specific fields.
    private static func append(_ fields: HeaderFields, to headers: inout HPACKHeaders) {
        fields.visit { name, value in
            if connectionSpecific.contains(Array(name)) { return }
            headers.add(name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
        }
    }
}
