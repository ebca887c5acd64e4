import NIOCore
import Stacks
import Streams
import TrafficRules

/// One request that the rules must see: it waits for their verdict, with the beginning of its body, and then goes on as if
/// it had just come. Also counts the body against `largest-body`.
final class FirewallExchange: Responder, RequestReceiver {
    private enum Phase { case collecting, deciding, passing, over }

    private let edge: EdgeLoop
    private let firewall: FirewallLoop
    private let request: IncomingRequest
    private let client: any Responder
    /// False: there is nothing to ask, only a body to count.
    private let asksRules: Bool
    private let began: Duration
    private var phase = Phase.collecting
    private var inner: (any RequestReceiver)?
    private var patience: Scheduled<Void>?
    /// What came of the body and has not been passed on yet.
    private var pieces = CircularBuffer<ByteBuffer>()
    private var received = 0
    private var hasEnded = false
    private var endIsTold = false
    private var trailers: HeaderFields?
    private var isDelivering = false
    private var wantsMore = false
    private var hasAnswer = false

    init(
        edge: EdgeLoop, firewall: FirewallLoop, request: IncomingRequest, client: any Responder,
        asksRules: Bool, began: Duration
    ) {
        self.edge = edge
        self.firewall = firewall
        self.request = request
        self.client = client
        self.asksRules = asksRules
        self.began = began
        hasEnded = request.body == .none && !request.isWebSocket
    }

    func start() -> (any RequestReceiver)? {
        if !asksRules { pass() } else if request.body == .none || isConversation { decide() } else { client.readBody() }
        return phase == .over ? nil : self
    }

    // MARK: Until the verdict

    /// A call's messages are answered one by one, so that waiting for the next may be waiting for ever, and the rules have no parser for
    /// them: of a call, only the head is judged.
    private var isConversation: Bool { request.head.fields.isCall }

    private func decide() {
        phase = .deciding
        let limit = Firewall.inspectedBody.bytes
        var body: [UInt8] = []
        for piece in pieces where body.count < limit {
            body.append(contentsOf: piece.readableBytesView.prefix(limit - body.count))
        }
        let inspected = InspectedRequest(
            client: firewall.client.address(of: request.facts.clientAddress), clientPort: request.facts.clientPort,
            serverPort: request.facts.serverPort, head: request.head, body: body,
            bodyIsCut: request.body != .none && (!hasEnded || received > limit))
        if request.body != .none, firewall.isRemembered(inspected) { return pass() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let isAccepted = firewall.evaluate(inspected) { verdict in
            bound.eventLoop.execute { bound.value.decided(verdict, inspected) }
        }
        guard let isAccepted else { return pass() }
        guard isAccepted else { return unavailable() }
        patience = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(RuleSetWorkers.patience)) { [weak self] in
            self?.unavailable()
        }
    }

    /// The rules could not be asked in time.
    private func unavailable() {
        guard phase == .deciding else { return }
        if firewall.isUnavailable(request) { refuse(.busy, []) } else { pass() }
    }

    private func decided(_ verdict: RuleVerdict, _ inspected: InspectedRequest) {
        guard phase == .deciding else { return }
        if let refusal = firewall.refusal(verdict, inspected, request) {
            if case .refused(let findings) = verdict { refuse(refusal, findings) } else { refuse(refusal, []) }
        } else {
            pass()
        }
    }

    private func refuse(_ refusal: FirewallRefusal, _ findings: [RuleFinding]) {
        guard phase != .over else { return }
        end()
        let status = firewall.refuse(refusal, findings, request, client)
        edge.record(request, .refused, status: status, began: began, sent: 0)
    }

    private func pass() {
        patience?.cancel()
        phase = .passing
        // Whoever comes next may ask for the body before it is known here.
        isDelivering = true
        inner = edge.pass(request, self, began: began)
        isDelivering = false
        if inner == nil { return end() }
        if wantsMore { readBody() }
    }

    private func end() {
        phase = .over
        patience?.cancel()
        pieces.removeAll()
        inner = nil
    }

    // MARK: From the client

    func receive(body: ByteBuffer) {
        guard phase != .over else { return }
        received += body.readableBytes
        if !request.isWebSocket, let largest = firewall.largestBody, received > largest { return tooLarge() }
        switch phase {
        case .collecting:
            pieces.append(body)
            if received >= Firewall.inspectedBody.bytes { decide() } else { client.readBody() }
        case .deciding:
            pieces.append(body)
        case .passing where pieces.isEmpty:
            inner?.receive(body: body)
        case .passing:
            pieces.append(body)
        case .over: break
        }
    }

    func receiveEnd(trailers: HeaderFields?) {
        hasEnded = true
        self.trailers = trailers
        switch phase {
        case .collecting: decide()
        case .passing where pieces.isEmpty: tellEnd()
        default: break
        }
    }

    /// Nothing has been answered yet in most cases; where something has, the connection ends.
    private func tooLarge() {
        let inner = inner
        let hadAnswer = hasAnswer
        end()
        inner?.clientGone()
        if hadAnswer { return client.abort() }
        let status = firewall.refuse(.bodyTooLarge, [], request, client)
        edge.record(request, .refused, status: status, began: began, sent: 0)
    }

    func clientGone() {
        guard phase != .over else { return }
        let (inner, wasPassing) = (inner, phase == .passing)
        end()
        inner?.clientGone()
        if !wasPassing {
            edge.record(request, .refused, status: GatewayFailure.clientGone.status, began: began, sent: 0)
        }
    }

    func clientWritabilityChanged(isWritable: Bool) { inner?.clientWritabilityChanged(isWritable: isWritable) }

    // MARK: From inside

    var eventLoop: any EventLoop { client.eventLoop }
    var isWritable: Bool { client.isWritable }

    /// One kept piece for each call, and the client's next when none is left. Giving one may ask for the next at once.
    func readBody() {
        guard !isDelivering else {
            wantsMore = true
            return
        }
        isDelivering = true
        repeat {
            wantsMore = false
            deliver()
        } while wantsMore
        isDelivering = false
    }

    private func deliver() {
        if let piece = pieces.popFirst() {
            inner?.receive(body: piece)
            if pieces.isEmpty, hasEnded { tellEnd() }
        } else if hasEnded {
            tellEnd()
        } else {
            client.readBody()
        }
    }

    private func tellEnd() {
        guard !endIsTold, request.body != .none else { return }
        endIsTold = true
        inner?.receiveEnd(trailers: trailers)
    }

    func send(interim head: ResponseHead) { if phase == .passing { client.send(interim: head) } }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard phase == .passing else { return }
        hasAnswer = true
        client.send(whole: head, body: body, length: length)
    }

    func send(prepared head: PreparedHead, own: HeaderFields, body: ByteBuffer) {
        guard phase == .passing else { return }
        hasAnswer = true
        client.send(prepared: head, own: own, body: body)
    }

    func send(_ head: ResponseHead, body: BodyFraming) {
        guard phase == .passing else { return }
        hasAnswer = true
        client.send(head, body: body)
    }

    func send(_ bytes: ByteBuffer) { if phase == .passing { client.send(bytes) } }
    func finish(trailers: HeaderFields?) { if phase == .passing { client.finish(trailers: trailers) } }
    func abort() { if phase == .passing { client.abort() } }

    func switchProtocols(_ head: ResponseHead) {
        guard phase == .passing else { return }
        hasAnswer = true
        client.switchProtocols(head)
    }
}
