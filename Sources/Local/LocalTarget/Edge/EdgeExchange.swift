import NIOCore
import Stacks
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
    /// What is validated with the origin.
    private var stale: EdgeCache.Store.Hit?
    /// What may stand in for an error of the origin.
    private var fallback: EdgeCache.Store.Hit?
    private var forwardReason: CacheStatus.Forward
    /// The answer will hardly be kept, so the client's own conditions are for the origin to judge (RFC 9110 §13.2.1).
    private var keepsConditions = false
    private var isUnsatisfied = false
    /// Nobody waits for the answer; it is for the cache alone.
    private var isSilent = false
    private var epoch = 0
    private var fill: CacheFill? {
        didSet { if fill == nil { isHeldUp = false } }
    }
    /// The client keeps an answer waiting that takes the cache's memory meanwhile.
    private var isHeldUp = false {
        didSet { if isHeldUp != oldValue { edge.note(self, isHeldUp: isHeldUp) } }
    }
    /// The body is encoded on its way; what is kept and what the client gets is its outcome.
    private var encoding: PacedEncoding? {
        didSet { if oldValue != nil, encoding == nil { edge.encodingEnded() } }
    }
    private var compression = Compression.never
    private var stepIsDue = false
    private var finalTrailers: HeaderFields?
    private var requested: Duration
    private var waiting: EdgeCache.WaiterID?
    private var patience: Scheduled<Void>?
    private var bodyIsDropped = false
    private var refetches = false
    private var status = 0
    private var sent = 0
    private var isOver = false

    init(
        edge: EdgeLoop, request: IncomingRequest, client: any Responder, lookup: CacheLookup?,
        forward: CacheStatus.Forward, began: Duration
    ) {
        self.edge = edge
        self.request = request
        self.client = client
        self.lookup = lookup
        self.began = began
        requested = began
        forwardReason = forward
    }

    /// Asks the origin about a kept answer that a client has got already; only when nobody else does.
    func refresh(_ hit: EdgeCache.Store.Hit) {
        guard let lookup, !request.head.fields.contains(.authorization) else { return }
        let place = edge.cache.arrive(for: lookup.key, hasWaited: true, at: edge.clock.monotonic) { _ in }
        guard case .lead = place else { return }
        part = .leads
        isSilent = true
        if hit.response.hasValidator { stale = hit }
        forward()
    }

    /// - Parameter found: what the cache has for it, just looked up.
    func start(_ found: EdgeCache.Store.Hit? = nil) -> (any RequestReceiver)? {
        if let lookup { decide(on: found, lookup, hasWaited: false, at: began) } else { forward() }
        return isOver ? inner : self
    }

    // MARK: Looking and waiting

    private func seekAgain(_ lookup: CacheLookup) {
        decide(on: edge.find(lookup, request), lookup, hasWaited: true, at: edge.clock.monotonic)
    }

    private func decide(
        on hit: EdgeCache.Store.Hit?, _ lookup: CacheLookup, hasWaited: Bool, at now: Duration
    ) {
        let use: CacheUse = hasWaited ? .collapsed(forwardReason) : .found
        switch Reuse.decide(hit?.response, for: lookup.directives, at: now) {
        case .fresh(let age):
            guard let hit else { return }
            isOver = true
            inner = edge.answer(from: hit, age: age, use, request, client, began: began)
        case .staleMeanwhile(let age):
            guard let hit else { return }
            isOver = true
            inner = edge.answer(from: hit, age: age, use, request, client, began: began)
            edge.refresh(hit, lookup, request)
        case .unsatisfiable:
            isUnsatisfied = true
            let failure = GatewayFailure.answerTimeout
            send(whole: failure.head, body: ByteBuffer(bytes: failure.page), length: nil)
        case .validate:
            // A part is asked for as it is: the origin's 304 would be about the client's condition, not ours.
            if !lookup.isPart { stale = hit }
            miss(hit, lookup, hasWaited: hasWaited, now)
        case .miss:
            miss(hit, lookup, hasWaited: hasWaited, now)
        }
    }

    private func miss(_ hit: EdgeCache.Store.Hit?, _ lookup: CacheLookup, hasWaited: Bool, _ now: Duration) {
        fallback = hit
        forwardReason = lookup.isPart ? .partial : CacheStatus.reason(hit?.response, lookup, at: now)
        arrive(lookup, hasWaited: hasWaited, now)
    }

    private func arrive(_ lookup: CacheLookup, hasWaited: Bool, _ now: Duration) {
        edge.recordMiss()
        // A request with credentials leads nobody and waits for nobody: what it is answered is seldom for others.
        guard lookup.mayStore, !request.head.fields.contains(.authorization) else { return forwardAlone() }
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
        case .uncacheable:
            forwardAlone()
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
            seekAgain(lookup)
        case .goAlone:
            forwardAlone()
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

    /// For an answer that will hardly be kept.
    private func forwardAlone() {
        keepsConditions = true
        forward()
    }

    private func forward() {
        requested = edge.clock.monotonic
        var passed = request
        // For what the edge and the load balancer tell the task.
        passed.head.fields.makeRoom(bytes: 256, fields: 8)
        if lookup?.mayStore == true {
            epoch = edge.cache.epoch
            AcceptedCodings(request.head.fields).write(to: &passed.head.fields)
        }
        EdgeLoop.hop.append(request.head.version, to: &passed.head.fields)
        TraceID.set(request.id, in: &passed.head.fields)
        if let stale {
            stale.response.addConditions(to: &passed.head.fields)
        } else if lookup?.mayStore == true, !keepsConditions {
            passed.head.fields.removeConditions()
        }
        let receiver = edge.balancer.begin(consume passed, self)
        if !isOver { inner = receiver }
    }

    func receive(body: ByteBuffer) { inner?.receive(body: body) }
    func receiveEnd(trailers: HeaderFields?) { inner?.receiveEnd(trailers: trailers) }

    func clientWritabilityChanged(isWritable: Bool) {
        noteClient(isWritable: isWritable)
        inner?.clientWritabilityChanged(isWritable: isWritable && takesMore)
    }

    func clientGone() {
        guard !isOver else {
            // What is kept may still be on its way.
            inner?.clientGone()
            inner = nil
            return
        }
        if let waiting, let lookup { _ = edge.cache.gaveUp(waiting, for: lookup.key) }
        _ = endWaiting()
        isOver = true
        encoding = nil
        leaderFailed()
        let inner = inner
        self.inner = nil
        inner?.clientGone()
        if isSilent { return }
        edge.record(request, outcome, status: GatewayFailure.clientGone.status, began: began, sent: sent)
    }

    // MARK: The answer on its way back

    var eventLoop: any EventLoop { edge.eventLoop }
    var isWritable: Bool { (bodyIsDropped || client.isWritable) && takesMore }

    /// Whether the encoder and the disk have nothing left to do.
    private var takesMore: Bool { encoding?.hasWork != true && fill?.isBehind != true }
    func readBody() { client.readBody() }
    func send(interim head: ResponseHead) { client.send(interim: head) }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard !isOver, !isStoodIn(for: head) else { return }
        leaderFailed()
        invalidate(after: head)
        status = head.status
        sent = body?.readableBytes ?? 0
        var head = head
        decorate(&head)
        client.send(whole: head, body: body, length: length)
        over()
    }

    func send(_ head: consuming ResponseHead, body: BodyFraming) {
        guard !isOver, !isStoodIn(for: head) else { return }
        status = head.status
        invalidate(after: head)
        if request.head.method == .head, head.status == 200 { learn(fromHead: head) }
        if let stale, let lookup, head.status == 304 { return revalidated(stale, lookup, by: head) }
        if let lookup { keepIfAllowed(head, body, lookup) }
        if let fill, fill.response.isUnchanged(for: request.head.fields, now: edge.clock.wallTime) {
            bodyIsDropped = true
            var unchanged = fill.response.notModified
            decorate(&unchanged)
            client.send(whole: unchanged, body: nil, length: nil)
        } else {
            if compression != .never { head = compression.applied(to: head) }
            decorate(&head)
            client.send(head, body: encoding == nil ? body : .chunked)
        }
    }

    private func invalidate(after head: ResponseHead) {
        guard !request.head.method.isSafe else { return }
        edge.cache.invalidate(
            Invalidation.keys(request.head, head, scheme: request.facts.scheme, rules: edge.cacheRules))
    }

    func send(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        guard encoding != nil else { return pass(bytes) }
        encoding?.append(bytes)
        encode()
    }

    /// At once if its turn has come, so that a small body takes no second turn of the loop.
    private func encode() {
        guard !stepIsDue, encoding?.hasWork == true else { return }
        guard let piece = encoding?.next() else {
            let inner = inner
            abort()
            inner?.clientGone()
            return
        }
        if piece.readableBytes > 0 { pass(piece) }
        guard !isOver, let encoding else { return }
        if encoding.isDone { return ended(finalTrailers) }
        guard encoding.hasWork else { return }
        stepIsDue = true
        eventLoop.assumeIsolated().execute { self.nextStep() }
    }

    private func nextStep() {
        stepIsDue = false
        guard !isOver else { return }
        encode()
        if !isOver, isWritable { inner?.clientWritabilityChanged(isWritable: true) }
    }

    private func pass(_ bytes: ByteBuffer) {
        if fill != nil { edge.relieve() }
        if fill?.append(bytes) == false {
            fill = nil
            lead(.uncacheable)
        }
        guard !bodyIsDropped else { return }
        sent += bytes.readableBytes
        client.send(bytes)
        noteClient(isWritable: client.isWritable)
    }

    private func noteClient(isWritable: Bool) {
        isHeldUp = !isWritable && !bodyIsDropped && fill?.isInMemory == true
    }

    /// Others need the room: its own answer goes on and is not kept.
    func giveWay() { if fill != nil { leaderFailed() } }

    func finish(trailers: HeaderFields?) {
        guard !isOver else { return }
        if refetches { return refetch() }
        guard encoding != nil else { return ended(trailers) }
        finalTrailers = trailers
        // Its connection may serve another by now; what is left is here.
        inner = nil
        encoding?.end()
        encode()
    }

    private func ended(_ trailers: HeaderFields?) {
        encoding = nil
        if let fill, let lookup {
            let (edge, epoch) = (edge, epoch)
            fill.finish { body in
                if let body { edge.cache.store(fill.response, body: body, for: lookup.key, since: epoch) }
                self.lead(body == nil ? .uncacheable : .stored)
            }
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
            // What was kept is replaced by an answer that may not be kept; an error says nothing about it, nor does a 304 to the
            // client's own condition.
            let wasKept = stale != nil || fallback != nil || isSilent
            if wasKept, head.status < 500, head.status != 304 { edge.cache.remove([lookup.key]) }
            return lead(.uncacheable)
        }
        let compression = Compression.decide(head, length: body.knownLength, to: request.head.fields)
        if let coding = compression.coding {
            encoding = edge.startEncoding(coding)
            if encoding == nil { return lead(.uncacheable) }
        }
        self.compression = compression
        let response = StoredResponse(head, to: request.head, plan: plan, compression: compression)
        fill = CacheFill(
            response, length: encoding == nil ? body.knownLength : nil, cache: edge.cache, loop: eventLoop
        ) { [weak self] in
            guard let self, !isOver, isWritable else { return }
            inner?.clientWritabilityChanged(isWritable: true)
        }
    }

    /// An error of the origin is answered with what is kept, where answer or request allow it (RFC 5861 §4).
    private func isStoodIn(for head: ResponseHead) -> Bool {
        guard let fallback, let lookup else { return false }
        let now = edge.clock.monotonic
        guard fallback.response.mayStandIn(for: head.status, lookup.directives, at: now) else { return false }
        leaderFailed()
        isOver = true
        let inner = inner
        self.inner = nil
        inner?.clientGone()
        if !isSilent {
            self.inner = edge.answer(
                from: fallback, age: fallback.response.age(at: now), .asked(forwardReason, status: head.status),
                request, client, began: began)
        }
        return true
    }

    /// An answer to HEAD freshens the kept answer to GET, or shows that it is outdated (RFC 9111 §4.3.5).
    private func learn(fromHead head: ResponseHead) {
        guard let lookup, let hit = edge.find(lookup, request) else { return }
        switch hit.response.told(byHead: head, to: request.head, rule: rule, times: times) {
        case .unrelated: break
        case .refreshed(let response): edge.cache.refresh(response, of: hit.response, for: lookup.key)
        case .outdated: edge.cache.remove([lookup.key])
        }
    }

    /// The origin says that the kept answer is still right.
    private func revalidated(_ hit: EdgeCache.Store.Hit, _ lookup: CacheLookup, by head: ResponseHead) {
        guard let response = hit.response.refreshed(by: head, to: request.head, rule: rule, times: times) else {
            edge.cache.remove([lookup.key])
            refetches = true
            return
        }
        edge.cache.refresh(response, of: hit.response, for: lookup.key)
        lead(.stored)
        isOver = true
        inner = nil
        if isSilent { return }
        let renewed = EdgeCache.Store.Hit(response: response, body: hit.body)
        inner = edge.answer(
            from: renewed, age: response.age(at: edge.clock.monotonic), .asked(forwardReason, status: 304), request,
            client, began: began)
    }

    /// A 304 about something else: the request goes again, without the conditions of the cache.
    private func refetch() {
        refetches = false
        stale = nil
        inner = nil
        forward()
    }

    private var rule: CacheRule? { edge.cacheRules.rule(for: request.head.path) }

    private var times: ExchangeTimes {
        ExchangeTimes(requested: requested, received: edge.clock.monotonic, receivedAt: edge.clock.wallTime)
    }

    private func lead(_ outcome: CollapsedMisses<EdgeCache.WaiterID>.Outcome) {
        guard part == .leads, let lookup else { return }
        part = .none
        edge.cache.ended(outcome, for: lookup.key, at: edge.clock.monotonic)
    }

    private func leaderFailed() {
        fill?.cancel()
        fill = nil
        lead(.failed)
    }

    private func decorate(_ head: inout ResponseHead) {
        EdgeLoop.hop.append(.http11, to: &head.fields)
        head.fields.set(.xRequestID, bytes: request.id)
        (head.status >= 400 ? CacheVerdict.error : .miss).write(to: &head.fields)
        let status: CacheStatus =
            isUnsatisfied
            ? .unsatisfied : .forwarded(forwardReason, status: head.status, stored: fill != nil, collapsed: false)
        status.append(to: &head.fields, by: EdgeLoop.name)
    }

    private func over() {
        isOver = true
        encoding = nil
        inner = nil
        if !isSilent { edge.record(request, outcome, status: status, began: began, sent: sent) }
    }

    private var outcome: EdgeLogLine.Outcome { lookup == nil ? .pass : .miss }
}
