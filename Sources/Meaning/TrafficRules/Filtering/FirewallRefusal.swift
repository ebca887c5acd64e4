/// Why the firewall answers a request itself.
package enum FirewallRefusal: Sendable, Equatable {
    /// The client's address is in `deny`.
    case denied
    /// More requests than `rate-limit` allows.
    case limited(retryAfter: Duration)
    /// The body is longer than `largest-body`.
    case bodyTooLarge
    /// What a group of rules found.
    case rules
    /// The rules could not be asked in time. Nothing that was not inspected passes: an attacker could make the
    /// firewall busy on purpose.
    case busy

    package var status: Int {
        switch self {
        case .denied, .rules: 403
        case .limited: 429
        case .bodyTooLarge: 413
        case .busy: 503
        }
    }

    private var phrase: String {
        switch self {
        case .denied, .rules: "Forbidden"
        case .limited: "Too Many Requests"
        case .bodyTooLarge: "Content Too Large"
        case .busy: "Service Unavailable"
        }
    }

    /// The status and the request's id, for the log has the rest: whoever attacks learns nothing about the rules.
    package func page(requestID: String) -> [UInt8] {
        let title = "\(status) \(phrase)"
        let text =
            "<html><head><title>\(title)</title></head><body><h1>\(title)</h1><p>Request \(requestID)</p></body></html>\n"
        return Array(text.utf8)
    }

    package func head(requestID: String, length: Int) -> ResponseHead {
        var fields = HeaderFields()
        fields.append(.contentType, "text/html; charset=utf-8")
        fields.append(.contentLength, "\(length)")
        fields.append(.cacheControl, "no-store")
        fields.append(.xRequestID, requestID)
        switch self {
        case .limited(let wait): fields.append(.retryAfter, "\(FirewallRefusal.wholeSeconds(wait))")
        case .busy: fields.append(.retryAfter, "1")
        default: break
        }
        CacheVerdict.error.write(to: &fields)
        return ResponseHead(status: status, fields: fields)
    }

    /// Rounded up, at least one: a client that waits so long is let through.
    private static func wholeSeconds(_ duration: Duration) -> Int {
        let (seconds, rest) = duration.components
        return max(1, Int(seconds) + (rest > 0 ? 1 : 0))
    }
}
