import Streams
import TrafficRules

/// What comes to be known of one request on its way through the load balancer. Its log line, which says much more, is made of it and
/// the request at the end.
struct ProxyRecord {
    let created: WallTime
    let began: Duration
    let traceID: [UInt8]
    var rulePriority: Int?
    /// Nil until the request is on its way to a task.
    var sentAt: Duration?
    var targetProcessing: Duration?
    var status: Int?
    var targetStatus: Int?
    var receivedBytes = 0
    var sentBytes = 0
    /// What the load balancer did without a task.
    var action: AccessLogEntry.Action?
    var redirectURL: String?
    var errorReason: String?

    func figures(foundTask: Bool) -> AnswerFigures {
        AnswerFigures(
            status: status ?? 500, targetStatus: targetStatus, targetProcessing: targetProcessing,
            isFailure: errorReason != nil && status != nil, foundTask: foundTask, receivedBytes: receivedBytes,
            sentBytes: sentBytes)
    }

    /// - Parameter balancer: how the log calls the load balancer.
    func entry(
        of request: IncomingRequest, at target: Target?, of service: String?, balancer: String, now: Duration,
        _ time: WallTime
    ) -> AccessLogEntry {
        var entry = AccessLogEntry()
        entry.kind = kind(of: request)
        entry.time = time
        entry.balancer = balancer
        entry.client = .init(address: request.facts.clientAddress, port: request.facts.clientPort)
        entry.target = target.map { .init(address: "127.0.0.1", port: $0.endpoint.port) }
        entry.requestProcessing = sentAt.map { $0 - began }
        entry.targetProcessing = targetProcessing
        if let sentAt, let targetProcessing { entry.responseProcessing = now - sentAt - targetProcessing }
        (entry.status, entry.targetStatus) = (status, targetStatus)
        (entry.receivedBytes, entry.sentBytes) = (receivedBytes, sentBytes)
        entry.request = .init(request.head, scheme: request.facts.scheme)
        entry.userAgent = request.head.fields.first(.userAgent).map { Array($0) } ?? []
        entry.tlsVersion = request.facts.tlsVersion
        entry.targetGroup = service
        entry.traceID = traceID
        entry.rulePriority = rulePriority
        entry.created = created
        entry.actions = action.map { [$0] } ?? (target == nil ? Self.answered : Self.forwarded)
        entry.redirectURL = redirectURL
        entry.errorReason = errorReason
        return entry
    }

    private static let answered: [AccessLogEntry.Action] = [.fixedResponse]
    private static let forwarded: [AccessLogEntry.Action] = [.forward]

    private func kind(of request: IncomingRequest) -> AccessLogEntry.Kind {
        if request.isWebSocket { return request.facts.tlsVersion == nil ? .ws : .wss }
        if request.head.version == .http2 { return .h2 }
        return request.facts.tlsVersion == nil ? .http : .https
    }
}
