/// Why the load balancer answers a request itself, or why a request ended without an answer. Statuses and meanings are an
/// ALB's. Source: "Troubleshoot your Application Load Balancers", HTTP errors, read 2026-11.
package enum GatewayFailure: Error, Sendable, Hashable, CaseIterable {
    /// No rule of the listener matches.
    case noRoute
    /// The request breaks HTTP's rules.
    case badRequest
    /// The client sent its head or body too slowly.
    case requestTimeout
    case contentTooLarge
    case targetTooLong
    case headTooLarge
    /// The client closed the connection before the answer: for the log only.
    case clientGone
    /// What the client asks for does not exist in the target's protocol: a WebSocket begins as an upgrade of HTTP/1.1.
    case incompatibleProtocol

    /// The target refused or reset the connection while it was being made.
    case connectionRefused
    /// The target closed the connection, by FIN or RST, before a complete head.
    case closedBeforeAnswer
    /// What the target sent is not HTTP, or its head is larger than allowed.
    case brokenAnswer

    /// No target is registered, or all are starting or draining.
    case noTarget
    /// More requests or connections than allowed at once.
    case overloaded

    /// The connection to the target was not made in time.
    case connectTimeout
    /// The target did not begin its answer in time.
    case answerTimeout

    /// 460 is what an ALB logs for a client that left; nobody receives it. 464 is what it answers when the request's protocol
    /// and the target group's do not go together.
    package var status: Int {
        switch self {
        case .noRoute: 404
        case .badRequest: 400
        case .requestTimeout: 408
        case .contentTooLarge: 413
        case .targetTooLong: 414
        case .headTooLarge: 431
        case .clientGone: 460
        case .incompatibleProtocol: 464
        case .connectionRefused, .closedBeforeAnswer, .brokenAnswer: 502
        case .noTarget, .overloaded: 503
        case .connectTimeout, .answerTimeout: 504
        }
    }

    /// The reason phrase.
    package var phrase: String {
        switch status {
        case 404: "Not Found"
        case 400: "Bad Request"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 431: "Request Header Fields Too Large"
        case 460: "Client Closed Connection"
        case 464: "Incompatible Protocol"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        default: "Gateway Timeout"
        }
    }

    /// One word for `error_reason` in the access log and for the label of a metric.
    package var reason: String {
        switch self {
        case .noRoute: "NoMatchingRule"
        case .badRequest: "MalformedRequest"
        case .requestTimeout: "RequestTimeout"
        case .contentTooLarge: "ContentTooLarge"
        case .targetTooLong: "UriTooLong"
        case .headTooLarge: "HeaderTooLarge"
        case .clientGone: "ClientClosedConnection"
        case .incompatibleProtocol: "IncompatibleProtocol"
        case .connectionRefused: "TargetConnectionRefused"
        case .closedBeforeAnswer: "TargetClosedConnection"
        case .brokenAnswer: "TargetMalformedResponse"
        case .noTarget: "NoRegisteredTargets"
        case .overloaded: "TooManyRequests"
        case .connectTimeout: "TargetConnectTimeout"
        case .answerTimeout: "TargetResponseTimeout"
        }
    }

    /// The small page that a client sees: the status and nothing about the inside.
    package var page: [UInt8] {
        let title = "\(status) \(phrase)"
        return Array("<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n".utf8)
    }

    /// Head for `page`. `Retry-After` where trying again soon makes sense; never kept by a cache.
    package var head: ResponseHead {
        var fields = HeaderFields()
        fields.append(.contentType, "text/html; charset=utf-8")
        fields.append(.contentLength, "\(page.count)")
        fields.append(.cacheControl, "no-store")
        if status == 503 { fields.append(.retryAfter, "1") }
        return ResponseHead(status: status, fields: fields)
    }
}
