import NIOCore
import Stacks
import Streams
import TrafficRules

/// One request on its way through the load balancer: to a task, perhaps to a second one, and the answer back. Bytes are
/// asked for on one side only when the other side can take them, so that memory stays flat whatever their amount.
final class ProxyExchange: RequestReceiver, ResponseReceiver {
    private enum Phase { case connecting, requesting, answering, tunnel, over }

    private let loop: BalancerLoop
    /// With the head that tasks are sent, when it goes to one.
    let request: IncomingRequest
    private var responder: any Responder
    private var phase = Phase.connecting
    private(set) var service: RoutedService?
    /// Among those of its loop that are under way.
    var place: Int?
    /// Nil when the service is not sticky.
    private var pins: StickyPins?
    private var varyingBy: [FieldName] = []
    private var target: Target?
    private var connection: (any UpstreamRequest)?
    private var attempt = 1
    private var bodyIsUntouched = true
    private var requestEnded = false
    /// What came of the request while there was no connection for it: the piece that a first try had asked for, and the trailers of
    /// its end.
    private var held: ByteBuffer?
    private var requestTrailers: HeaderFields?
    /// Bytes of answers before the answer.
    private var interimBytes = 0
    private var isCall = false
    private var callStatus: GRPCStatus?
    private var record: ProxyRecord
    /// By the coarse clock: it is compared with the service's timeout alone.
    private(set) var lastProgress: Duration
    private(set) var foundTask = false

    init(loop: BalancerLoop, request: consuming IncomingRequest, traceID: [UInt8], responder: any Responder) {
        self.loop = loop
        requestEnded = request.body == .none && !request.isWebSocket
        self.request = request
        self.responder = responder
        record = ProxyRecord(created: loop.clock.wallTime, began: loop.clock.monotonic, traceID: traceID)
        lastProgress = loop.clock.coarse
    }

    var isOver: Bool { phase == .over }

    /// Longest silence of the task.
    var timeout: Duration { service?.service.balancing.timeout ?? .seconds(60) }

    func follow(_ decision: ListenerRules.Decision) {
        record.rulePriority = decision.priority
        varyingBy = decision.varyingBy
    }

    func route(to routed: RoutedService, _ pins: StickyPins?) {
        service = routed
        self.pins = routed.service.balancing.sticky == nil ? nil : pins
    }

    func start() {
        guard let service else { return answer(.noRoute) }
        if request.isWebSocket, service.service.taskProtocol.isMultiplexed { return answer(.incompatibleProtocol) }
        connect(service, excluding: nil)
    }

    // MARK: Towards the task

    private func connect(_ service: RoutedService, excluding failed: Target?) {
        let pin = service.service.balancing.sticky.flatMap { lifetime in
            pins?.task(of: service.name, lifetime: lifetime, at: loop.clock.wallTime)
        }
        guard let target = loop.choose(service, pin: pin, excluding: failed) else { return answer(.noTarget) }
        self.target = target
        foundTask = true
        target.requestBegan()
        if attempt == 1, let connection = loop.unused(to: target, service) {
            return send(over: connection, at: record.began)
        }
        loop.open(to: target, service) { result in
            guard self.phase == .connecting, self.target === target else {
                if case .success(let connection) = result { connection.cancel() }
                return
            }
            switch result {
            case .success(let connection): self.send(over: connection, at: self.loop.clock.monotonic)
            case .failure(let failure): self.failed(failure)
            }
        }
    }

    private func send(over connection: any UpstreamRequest, at now: Duration) {
        self.connection = connection
        phase = .requesting
        progress()
        record.sentAt = now
        connection.send(request.head, body: request.isWebSocket ? .none : request.body, receiver: self)
        guard phase == .requesting, request.body != .none || request.isWebSocket else { return }
        if let held {
            self.held = nil
            receive(body: held)
        } else if !requestEnded {
            responder.readBody()
        }
        if requestEnded { self.connection?.finishRequest(trailers: requestTrailers) }
    }

    func receive(body: ByteBuffer) {
        guard let connection else {
            if phase == .connecting { held = body }
            return
        }
        progress()
        bodyIsUntouched = false
        record.receivedBytes += body.readableBytes
        connection.send(body)
        if connection.isWritable { responder.readBody() }
    }

    func receiveEnd(trailers: HeaderFields?) {
        // One without a body has been sent whole.
        guard !requestEnded else { return }
        requestEnded = true
        requestTrailers = ForwardedHead.requestTrailers(trailers)
        progress()
        connection?.finishRequest(trailers: requestTrailers)
    }

    func taskWritabilityChanged(isWritable: Bool) {
        progress()
        if isWritable, !requestEnded || phase == .tunnel { responder.readBody() }
    }

    // MARK: Back to the client

    /// As many bytes as one head may have: no client is asked whether it takes them, so that they would be kept for a slow one.
    private static let mostInterimBytes = HTTP1Limits().head

    func receive(interim head: ResponseHead) {
        progress()
        interimBytes += HeadWriter.bound(head)
        guard interimBytes <= Self.mostInterimBytes else {
            dropConnection()
            return failed(.invalidAnswer("too many interim answers"))
        }
        // 100 was the edge's own to give; the others, such as 103, are for the client.
        if head.status != 100 { responder.send(interim: ForwardedHead.interim(head)) }
    }

    func receive(head: consuming ResponseHead, body: BodyFraming) {
        progress()
        phase = .answering
        record.targetStatus = head.status
        record.status = head.status
        if let sentAt = record.sentAt { record.targetProcessing = loop.clock.monotonic - sentAt }
        // A call is judged by what it says at its end.
        isCall = service?.service.taskProtocol == .grpc && head.status == 200
        if isCall { callStatus = GRPCStatus(in: head.fields) }
        if !isCall { judge(failed: head.status >= 500) }
        HopByHop.strip(&head.fields)
        tell(&head)
        responder.send(head, body: body)
        if body != .none { connection?.readBody() }
    }

    /// What the load balancer adds to an answer: by what it chose, and with which task the client is now.
    private func tell(_ head: inout ResponseHead) {
        for name in varyingBy { head.fields.append(.vary, name.bytes) }
        guard let service, let lifetime = service.service.balancing.sticky, let target, var pins else { return }
        let now = loop.clock.wallTime
        guard pins.isOutdated(for: service.name, target.pinName, lifetime: lifetime, at: now) else { return }
        pins.pin(service.name, to: target.pinName, at: now)
        guard let value = loop.settings.seal.close(pins) else { return }
        for line in StickyCookie.lines(value: value, lifetime: lifetime, at: now) {
            head.fields.append(.setCookie, line)
        }
    }

    private func judge(failed: Bool) {
        guard let target, let service else { return }
        loop.judge(target, of: service, failed: failed)
    }

    func receive(answer body: ByteBuffer) {
        progress()
        record.sentBytes += body.readableBytes
        responder.send(body)
        if responder.isWritable { connection?.readBody() }
    }

    func receiveAnswerEnd(trailers: HeaderFields?) {
        guard phase != .over else { return }
        connection = nil
        if isCall { judge(failed: (GRPCStatus(in: trailers) ?? callStatus ?? .unknown).isServerFailure) }
        responder.finish(trailers: ForwardedHead.trailers(trailers))
        over()
    }

    func switched(head: ResponseHead) {
        progress()
        guard request.isWebSocket else {
            dropConnection()
            return failed(.invalidAnswer("101 for a request that asked for no other protocol"))
        }
        phase = .tunnel
        record.targetStatus = 101
        record.status = 101
        responder.switchProtocols(ForwardedHead.switching(head))
        responder.readBody()
        connection?.readBody()
    }

    func clientWritabilityChanged(isWritable: Bool) {
        progress()
        if isWritable, phase == .answering || phase == .tunnel { connection?.readBody() }
    }

    // MARK: Failures

    func clientGone() {
        guard phase != .over else { return }
        if phase == .connecting || phase == .requesting {
            record.status = GatewayFailure.clientGone.status
            record.errorReason = GatewayFailure.clientGone.reason
        }
        if phase == .tunnel {
            connection?.finishWriting(within: .seconds(10))
            connection = nil
        }
        dropConnection()
        over()
    }

    /// Silence is the task's only while the task is the one to act.
    var isWaitingForClient: Bool {
        switch phase {
        case .requesting: !requestEnded && connection?.isWritable ?? false
        case .answering: !responder.isWritable
        case .connecting, .tunnel, .over: false
        }
    }

    func failed(_ failure: UpstreamFailure) {
        guard phase != .over else { return }
        connection = nil
        if phase == .tunnel { return endAnswered { responder.finish(trailers: nil) } }
        judge(failed: true)
        if phase == .answering { return endAnswered { responder.abort() } }
        let (progress, reason) = Self.classify(failure)
        let mayTryAgain = SecondTry.isAllowed(
            after: progress, failure: reason, method: request.head.method, attempt: attempt,
            bodyIsUntouched: bodyIsUntouched)
        let failedTarget = target
        target?.requestEnded()
        target = nil
        guard mayTryAgain, let service, loop.mayTryAgain(service) else { return answer(reason) }
        attempt += 1
        phase = .connecting
        // With a single task the second try goes to it again, over a new connection.
        let another = loop.choose(service, excluding: failedTarget) != nil
        connect(service, excluding: another ? failedTarget : nil)
    }

    /// The task has said nothing for the idle time.
    func timedOut() {
        switch phase {
        case .connecting, .requesting:
            judge(failed: true)
            dropConnection()
            answer(.answerTimeout)
        case .answering, .tunnel:
            dropConnection()
            endAnswered { responder.abort() }
        case .over: return
        }
    }

    /// The load balancer's own answer.
    func answer(_ failure: GatewayFailure) {
        guard phase != .over else { return }
        record.status = failure.status
        record.errorReason = failure.reason
        if service?.service.taskProtocol == .grpc, request.head.fields.isCall {
            responder.send(whole: failure.callHead, body: nil, length: nil)
        } else {
            responder.send(whole: failure.head, body: ByteBuffer(bytes: failure.page), length: nil)
        }
        over()
    }

    /// The rule's own answer.
    func answer(_ redirect: Redirect) {
        let facts = request.facts
        record.redirectURL = redirect.location(for: request.head, scheme: facts.scheme, port: facts.serverPort)
        answer(
            redirect.head(for: request.head, scheme: facts.scheme, port: facts.serverPort), redirect.page, .redirect)
    }

    /// The rule's own answer.
    func answer(_ answer: FixedAnswer) { self.answer(answer.head, Array(answer.body.utf8), .fixedResponse) }

    private func answer(_ head: ResponseHead, _ body: [UInt8], _ action: AccessLogEntry.Action) {
        guard phase != .over else { return }
        record.status = head.status
        record.action = action
        record.sentBytes = body.count
        var head = head
        tell(&head)
        responder.send(whole: head, body: ByteBuffer(bytes: body), length: nil)
        over()
    }

    private static func classify(_ failure: UpstreamFailure) -> (SecondTry.Progress, GatewayFailure) {
        switch failure {
        case .cannotConnect: (.notConnected, .connectionRefused)
        case .connectTimeout: (.notConnected, .connectTimeout)
        case .closedBeforeAnswer: (.sent, .closedBeforeAnswer)
        case .closedWithinAnswer, .invalidAnswer: (.answering, .brokenAnswer)
        }
    }

    private func endAnswered(_ end: () -> Void) {
        end()
        over()
    }

    private func dropConnection() {
        let connection = connection
        self.connection = nil
        connection?.cancel()
    }

    // MARK: The end

    private func progress() { lastProgress = loop.clock.coarse }

    private func over() {
        guard phase != .over else { return }
        phase = .over
        target?.requestEnded()
        let now = loop.clock.monotonic
        loop.ended(self, record.figures(foundTask: foundTask), at: target, latency: now - record.began)
        guard let log = loop.log else { return }
        log.append(
            record.entry(
                of: request, at: target, of: service?.name, balancer: loop.settings.name, now: now,
                loop.clock.wallTime))
    }
}
