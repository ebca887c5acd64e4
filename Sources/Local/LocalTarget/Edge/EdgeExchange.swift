import NIOCore
import Streams
import TrafficRules

/// One request that the cache did not answer at once: it waits for another's miss, or goes to the load balancer, and its
/// answer is kept on the way back when the rules allow it.
final class EdgeExchange: Responder, RequestReceiver {
    private enum Part { case none, leads }

    private let edge: EdgeLoop
    private let request: IncomingRequest
    private let client: any Responder
    private let lookup: CacheLookup?
    private let began: Duration
    private var inner: (any RequestReceiver)?
    private var part = Part.none
    private var stale: EdgeCache.Store.Hit?
    private var fill: CacheFill?
    private var requested: Duration
    private var waiting: EdgeCache.WaiterID?
    private var patience: Scheduled<Void>?
    private var bodyIsDropped = false
    private var refetches = false
    private var status = 0
    private var sent = 0
    private var isOver = false

    init(
        edge: EdgeLoop, request: IncomingRequest, client: any Responder, lookup: CacheLookup?, began: Duration
    ) {
        self.edge = edge
        self.request = request
        self.client = client
        self.lookup = lookup
        self.began = began
        requested = began
    }

    func start() -> (any RequestReceiver)? {
        if let lookup { seek(lookup, hasWaited: false) } else { forward() }
        return isOver ? nil : self
    }

    // MARK: Looking and waiting

    private func seek(_ lookup: CacheLookup, hasWaited: Bool) {
        let now = edge.clock.monotonic
        let hit = edge.find(lookup, request)
        switch Reuse.decide(hit?.response, for: lookup.directives, at: now) {
        case .fresh(let age):
            guard let hit else { return }
            isOver = true
            edge.answer(from: hit, age: age, .hit, request, client, began: began)
        case .unsatisfiable:
            send(whole: GatewayFailure.answerTimeout.head, body: nil, length: 0)
        case .validate:
            stale = hit
            arrive(lookup, hasWaited: hasWaited, now)
        case .miss:
            arrive(lookup, hasWaited: hasWaited, now)
        }
    }

    private func arrive(_ lookup: CacheLookup, hasWaited: Bool, _ now: Duration) {
        edge.recordMiss()
        // A request with credentials leads nobody and waits for nobody: what it is answered is seldom for others.
        guard lookup.mayStore, !request.head.fields.contains(.authorization) else { return forward() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let place = edge.cache.arrive(for: lookup.key, hasWaited: hasWaited, at: now) { release in
            bound.eventLoop.execute { bound.value.released(release) }
        }
        switch place {
        case .lead:
            part = .leads
            forward()
        case .alone:
            forward()
        case .wait(let id, let until):
            waiting = id
            patience = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(until - now)) { [weak self] in
                self?.patienceEnded()
            }
        }
    }

    private func released(_ release: EdgeCache.Release) {
        guard let lookup, endWaiting() != nil else {
            if case .lead = release, let lookup { edge.cache.ended(.failed, for: lookup.key, at: edge.clock.monotonic) }
            return
        }
        switch release {
        case .lookAgain:
            seek(lookup, hasWaited: true)
        case .goAlone:
            forward()
        case .lead:
            part = .leads
            forward()
        }
    }

    private func patienceEnded() {
        guard let lookup, let id = waiting, edge.cache.gaveUp(id, for: lookup.key) else { return }
        _ = endWaiting()
        forward()
    }

    private func endWaiting() -> EdgeCache.WaiterID? {
        patience?.cancel()
        patience = nil
        defer { waiting = nil }
        return isOver ? nil : waiting
    }

    // MARK: To the load balancer

    private func forward() {
        requested = edge.clock.monotonic
        var passed = request
        Forwarding.appendVia(request.head.version, by: EdgeLoop.name, to: &passed.head.fields)
        if let stale {
            stale.response.addConditions(to: &passed.head.fields)
        } else if lookup?.mayStore == true {
            passed.head.fields.removeConditions()
        }
        let receiver = edge.balancer.begin(passed, self)
        if !isOver { inner = receiver }
    }

    func receive(body: ByteBuffer) { inner?.receive(body: body) }
    func receiveEnd(trailers: HeaderFields?) { inner?.receiveEnd(trailers: trailers) }

    func clientWritabilityChanged(isWritable: Bool) { inner?.clientWritabilityChanged(isWritable: isWritable) }

    func clientGone() {
        guard !isOver else { return }
        if let waiting, let lookup { _ = edge.cache.gaveUp(waiting, for: lookup.key) }
        _ = endWaiting()
        isOver = true
        leaderFailed()
        let inner = inner
        self.inner = nil
        inner?.clientGone()
        edge.record(status: GatewayFailure.clientGone.status, began: began, sent: sent)
    }

    // MARK: The answer on its way back

    var eventLoop: any EventLoop { edge.eventLoop }
    var isWritable: Bool { bodyIsDropped || client.isWritable }
    func readBody() { client.readBody() }
    func send(interim head: ResponseHead) { client.send(interim: head) }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard !isOver else { return }
        leaderFailed()
        status = head.status
        sent = body?.readableBytes ?? 0
        client.send(whole: decorated(head), body: body, length: length)
        over()
    }

    func send(_ head: ResponseHead, body: BodyFraming) {
        guard !isOver else { return }
        status = head.status
        edge.cache.remove(Invalidation.keys(request.head, head, scheme: request.facts.scheme))
        if let stale, let lookup, head.status == 304 { return revalidated(stale, lookup, by: head) }
        if let lookup { keepIfAllowed(head, body, lookup) }
        if let fill, fill.response.isUnchanged(for: request.head.fields, now: edge.clock.wallTime) {
            bodyIsDropped = true
            client.send(whole: decorated(fill.response.notModified), body: nil, length: nil)
        } else {
            client.send(decorated(head), body: body)
        }
    }

    func send(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        if fill?.append(bytes) == false {
            fill = nil
            lead(.uncacheable)
        }
        guard !bodyIsDropped else { return }
        sent += bytes.readableBytes
        client.send(bytes)
    }

    func finish(trailers: HeaderFields?) {
        guard !isOver else { return }
        if refetches { return refetch() }
        if let fill, let lookup {
            edge.cache.store(fill.response, body: fill.body, for: lookup.key)
            lead(.stored)
        }
        fill = nil
        if !bodyIsDropped { client.finish(trailers: trailers) }
        over()
    }

    func abort() {
        guard !isOver else { return }
        leaderFailed()
        client.abort()
        over()
    }

    func switchProtocols(_ head: ResponseHead) {
        status = 101
        client.switchProtocols(head)
    }

    // MARK: Keeping

    private func keepIfAllowed(_ head: ResponseHead, _ body: BodyFraming, _ lookup: CacheLookup) {
        guard lookup.mayStore else { return }
        let decision = StorageDecision.decide(head, to: request.head, rule: rule, times: times)
        guard case .store(let plan) = decision, (body.knownLength ?? 0) <= edge.cache.largestObject else {
            // What was kept is replaced by an answer that may not be kept; an error says nothing about it.
            if stale != nil, head.status < 500 { edge.cache.remove([lookup.key]) }
            return lead(.uncacheable)
        }
        let response = StoredResponse(head, to: request.head, plan: plan)
        fill = CacheFill(response: response, limit: edge.cache.largestObject)
    }

    /// The origin says that the kept answer is still right.
    private func revalidated(_ hit: EdgeCache.Store.Hit, _ lookup: CacheLookup, by head: ResponseHead) {
        guard let response = hit.response.refreshed(by: head, to: request.head, rule: rule, times: times) else {
            edge.cache.remove([lookup.key])
            refetches = true
            return
        }
        edge.cache.refresh(response, for: lookup.key)
        lead(.stored)
        isOver = true
        inner = nil
        let renewed = EdgeCache.Store.Hit(response: response, body: hit.body)
        edge.answer(
            from: renewed, age: response.age(at: edge.clock.monotonic), .refreshHit, request, client, began: began)
    }

    /// A 304 about something else: the request goes again, without conditions.
    private func refetch() {
        refetches = false
        stale = nil
        inner = nil
        forward()
    }

    private var rule: Duration? { edge.lifetime(for: request.head.path) }

    private var times: ExchangeTimes {
        ExchangeTimes(requested: requested, received: edge.clock.monotonic, receivedAt: edge.clock.wallTime)
    }

    private func lead(_ outcome: CollapsedMisses<EdgeCache.WaiterID>.Outcome) {
        guard part == .leads, let lookup else { return }
        part = .none
        edge.cache.ended(outcome, for: lookup.key, at: edge.clock.monotonic)
    }

    private func leaderFailed() {
        fill = nil
        lead(.failed)
    }

    private func decorated(_ head: ResponseHead) -> ResponseHead {
        var head = head
        Forwarding.appendVia(.http11, by: EdgeLoop.name, to: &head.fields)
        (head.status >= 400 ? CacheVerdict.error : .miss).write(to: &head.fields)
        return head
    }

    private func over() {
        isOver = true
        inner = nil
        edge.record(status: status, began: began, sent: sent)
    }
}

/// An answer on its way into the cache.
struct CacheFill {
    let response: StoredResponse
    private(set) var body = ByteBuffer()
    private let limit: Int

    init(response: StoredResponse, limit: Int) {
        self.response = response
        self.limit = limit
    }

    /// False when the answer has grown too large to be kept.
    mutating func append(_ bytes: ByteBuffer) -> Bool {
        guard body.readableBytes + bytes.readableBytes <= limit else { return false }
        body.writeImmutableBuffer(bytes)
        return true
    }
}
