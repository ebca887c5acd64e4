import Machine
import NIOCore
import Stacks
package import Streams
package import TrafficRules

/// The edge on one event loop: answers from the cache, or passes a request on to the load balancer.
package final class EdgeLoop: RequestHandler {
    /// How the edge names itself in `Via`.
    static let name = "terrace"
    static let hop = Forwarding.Hop(name)

    let eventLoop: any EventLoop
    let cache: EdgeCache
    let clock: LoopClock
    let balancer: BalancerLoop
    private let counters: TrafficCounters
    private let firewall: FirewallLoop?
    private let log: AccessLogBuffer?
    private var flush: Scheduled<Void>?
    private var random = RandomReserve()
    private var loopCache: LoopCache
    private var rules: LoopCopy<CacheRules>
    /// Bodies that are being encoded on this loop, and the most of them: each holds about a megabyte.
    private var encodings = 0
    private static let mostEncodings = 64
    /// Whose client keeps an answer waiting that is on its way into the cache's memory, and since when.
    private var heldUp: [ObjectIdentifier: (exchange: EdgeExchange, since: Duration)] = [:]
    private var relieved = Duration.zero
    /// Longest time that such an answer keeps its room when others need it. A client that reads at all takes more often.
    private static let longestHold = Duration.seconds(1)

    package init(
        balancer: BalancerLoop, cache: EdgeCache, rules: Published<CacheRules>, counters: TrafficCounters,
        clock: LoopClock, firewall: FirewallTier? = nil, log: AccessLogBuffer? = nil
    ) {
        self.log = log
        eventLoop = balancer.eventLoop
        self.balancer = balancer
        self.cache = cache
        self.counters = counters
        self.clock = clock
        self.rules = LoopCopy(rules)
        loopCache = LoopCache(cache)
        self.firewall = firewall.map { FirewallLoop($0, eventLoop: balancer.eventLoop, clock: clock) }
    }

    package func begin(
        _ request: consuming IncomingRequest, _ responder: any Responder
    ) -> (any RequestReceiver)? {
        let now = clock.monotonic
        request.id = TraceID.new(
            at: clock.wallSecond, random: (UInt32(truncatingIfNeeded: random.next()), random.next()))
        // A request that has been here before goes in a circle (RFC 9110 §7.6.3). 508 as CDNs answer it (RFC 5842 §7.2):
        // trying again, as 503 would ask for, only makes another round.
        guard !Forwarding.hasPassed(Self.name, request.head.fields) else {
            var head = ResponseHead(status: 508)
            head.fields.append(.cacheControl, "no-store")
            CacheVerdict.error.write(to: &head.fields)
            responder.send(whole: head, body: nil, length: 0)
            record(request, .circle, status: head.status, began: now, sent: 0)
            return nil
        }
        guard let firewall else { return pass(request, responder, began: now) }
        switch firewall.screen(&request, at: now) {
        case .allow: return pass(request, responder, began: now)
        case .pass where request.body == .none || firewall.largestBody == nil:
            return pass(request, responder, began: now)
        case .pass:
            return FirewallExchange(
                edge: self, firewall: firewall, request: request, client: responder, asksRules: false, began: now
            ).start()
        case .refuse(let refusal, let findings):
            let status = firewall.refuse(refusal, findings, request, responder)
            record(request, .refused, status: status, began: now, sent: 0)
            return nil
        case .inspect:
            return FirewallExchange(
                edge: self, firewall: firewall, request: request, client: responder, asksRules: true, began: now
            ).start()
        }
    }

    /// What the firewall lets through.
    func pass(
        _ request: consuming IncomingRequest, _ responder: any Responder, began now: Duration
    ) -> (any RequestReceiver)? {
        _ = rules.refresh()
        // HTTP/2 may send content without saying so in a field; the key does not know of it.
        let decision =
            request.body == .none
            ? RequestCaching.decide(request.head, scheme: request.facts.scheme, rules: rules.value) : .bypass(.content)
        switch decision {
        case .bypass:
            let method = request.head.method
            return EdgeExchange(
                edge: self, request: request, client: responder, lookup: nil,
                forward: method == .get || method == .head ? .bypass : .method, began: now
            ).start()
        case .lookup(let lookup):
            // RFC 9111 §5.2.1.6: who wants nothing transformed is one of those that take no coding.
            if lookup.directives.has(.noTransform) { AcceptedCodings.none.write(to: &request.head.fields) }
            let known = kept(lookup, request.head.fields) { loopCache.find($0, for: $1) }
            if let known, case .fresh(let age) = Reuse.decide(known.hit.response, for: lookup.directives, at: now) {
                return answer(from: known, age: age, request, responder, began: now)
            }
            return EdgeExchange(
                edge: self, request: request, client: responder, lookup: lookup, forward: .uriMiss, began: now
            ).start(known?.hit)
        }
    }

    /// Asks the origin for what a client has just got stale (RFC 5861 §3). Nobody waits for it.
    func refresh(_ hit: EdgeCache.Store.Hit, _ lookup: CacheLookup, _ request: IncomingRequest) {
        var wanted = request
        wanted.head.method = .get
        wanted.head.fields.removeAll(.range)
        wanted.head.fields.removeAll(.ifRange)
        EdgeExchange(
            edge: self, request: wanted, client: SilentResponder(eventLoop: eventLoop),
            lookup: CacheLookup(key: lookup.key, directives: CacheControl(), mayStore: true, isPart: false),
            forward: .stale, began: clock.monotonic
        ).refresh(hit)
    }

    package func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) {
        counters.record(status: refusal.status, latency: .zero)
    }

    /// What the shared cache has, fresh or stale.
    func find(_ lookup: CacheLookup, _ request: IncomingRequest) -> EdgeCache.Store.Hit? {
        kept(lookup, request.head.fields) { cache.find($0, for: $1).map(KnownAnswer.init) }?.hit
    }

    /// A part is cut from the bytes that the origin gave, whatever codings the client takes: parts of what is encoded here could
    /// only be put together as long as it is kept.
    private func kept(
        _ lookup: CacheLookup, _ fields: HeaderFields, find: (CacheKey, HeaderFields) -> KnownAnswer?
    ) -> KnownAnswer? {
        let known = find(lookup.key, fields)
        guard lookup.isPart, known?.hit.response.coding != nil else { return known }
        var plain = fields
        AcceptedCodings.none.write(to: &plain)
        return find(lookup.key, plain)
    }

    /// Nil when too many are under way; then the answer goes out as it is, and is not kept.
    func startEncoding(_ coding: ContentCoding) -> PacedEncoding? {
        guard encodings < Self.mostEncodings, let encoding = PacedEncoding(coding) else { return nil }
        encodings += 1
        return encoding
    }

    func encodingEnded() { encodings -= 1 }

    func note(_ exchange: EdgeExchange, isHeldUp: Bool) {
        heldUp[ObjectIdentifier(exchange)] = isHeldUp ? (exchange, clock.monotonic) : nil
    }

    /// Called before more is taken of the cache's room for what is on its way: answers that slow clients hold up give theirs back, or a
    /// few such clients would keep everybody's answers out.
    func relieve() {
        guard cache.isCrowded, !heldUp.isEmpty, clock.monotonic - relieved >= .milliseconds(100) else { return }
        relieved = clock.monotonic
        for each in heldUp.values where relieved - each.since >= Self.longestHold { each.exchange.giveWay() }
    }

    var cacheRules: CacheRules { rules.value }

    /// The head of every answer that is a kept one as it is, but for what only one answer says: `Age`, its id, and `Cache-Status`, which
    /// therefore must not have begun.
    static func prepared(_ kept: ResponseHead) -> PreparedHead? {
        guard !CacheStatus.hasBegun(kept.fields) else { return nil }
        var head = kept
        hop.append(.http11, to: &head.fields)
        CacheVerdict.hit.write(to: &head.fields)
        head.fields.removeAll(.age)
        head.fields.removeAll(.xRequestID)
        return PreparedHead(head)
    }

    /// What is asked for most, all of an answer that is kept in memory, has its head prepared; other requests go the long way.
    private func answer(
        from known: KnownAnswer, age: Duration, _ request: IncomingRequest, _ responder: any Responder,
        began: Duration
    ) -> (any RequestReceiver)? {
        guard request.head.asksForAll, case .memory(let body) = known.hit.body, let prepared = known.prepared,
            body.readableBytes <= PacedAnswer.atOnce
        else {
            return answer(from: known.hit, age: age, .found, request, responder, began: began)
        }
        var own = HeaderFields(reservingBytes: 128, fields: 3)
        CacheVerdict.append(age, to: &own)
        own.append(.xRequestID, request.id)
        CacheStatus.hit(ttl: known.hit.response.lifetime - age).append(to: &own, by: Self.name)
        counters.recordHit()
        responder.send(prepared: prepared, own: own, body: body)
        record(request, .hit, status: prepared.status, began: began, sent: body.readableBytes)
        return nil
    }

    /// Answers with a kept object or a part of it, or with 304 when the client has it already. What is large takes longer, and its
    /// sender hears of the client.
    @discardableResult
    func answer(
        from hit: EdgeCache.Store.Hit, age: Duration, _ use: CacheUse, _ request: IncomingRequest,
        _ responder: any Responder, began: Duration
    ) -> (any RequestReceiver)? {
        let fields = request.head.fields
        let isConditional = fields.contains(.ifNoneMatch) || fields.contains(.ifModifiedSince)
        let isUnchanged = isConditional && hit.response.isUnchanged(for: fields, now: clock.wallTime)
        var head = isUnchanged ? hit.response.notModified : hit.response.head
        var part: PartialAnswer?
        if !isUnchanged, request.head.method == .get, fields.contains(.range) {
            part = hit.response.part(
                for: fields, length: hit.body.count, now: clock.wallTime, boundary: Self.boundary())
        }
        if let part { head = part.head }
        Self.hop.append(.http11, to: &head.fields)
        use.verdict.write(to: &head.fields, age: age)
        head.fields.set(.xRequestID, bytes: request.id)
        use.status(ttl: hit.response.lifetime - age).append(to: &head.fields, by: Self.name)
        counters.recordHit()
        let outcome = use.outcome
        guard !isUnchanged, request.head.method != .head else {
            responder.send(whole: head, body: nil, length: isUnchanged ? nil : hit.body.count)
            record(request, outcome, status: head.status, began: began, sent: 0)
            return nil
        }
        let length = part?.length ?? hit.body.count
        if case .memory(let bytes) = hit.body, length <= PacedAnswer.atOnce {
            if let part {
                send(part.pieces, of: bytes, head, responder)
            } else {
                responder.send(whole: head, body: bytes, length: length)
            }
            record(request, outcome, status: head.status, began: began, sent: length)
            return nil
        }
        let pieces = part?.pieces ?? [.range(ByteRange(offset: 0, count: length))]
        let status = head.status
        let answer = PacedAnswer(hit.body, pieces, to: responder) { [weak self] sent in
            self?.record(request, outcome, status: status, began: began, sent: sent)
        }
        answer.start(head, length: length)
        return answer
    }

    /// The pieces are sent one after another, so that none of the kept bytes is copied.
    private func send(
        _ pieces: [PartialAnswer.Piece], of body: ByteBuffer, _ head: ResponseHead, _ responder: any Responder
    ) {
        let buffers = pieces.map { piece in
            switch piece {
            case .bytes(let bytes): ByteBuffer(bytes: bytes)
            case .range(let range):
                body.getSlice(at: body.readerIndex + range.offset, length: range.count) ?? ByteBuffer()
            }
        }
        guard buffers.count > 1 else {
            return responder.send(whole: head, body: buffers.first, length: buffers.first?.readableBytes ?? 0)
        }
        responder.send(head, body: .length(buffers.reduce(0) { $0 + $1.readableBytes }))
        for buffer in buffers { responder.send(buffer) }
        responder.finish(trailers: nil)
    }

    /// Between several parts. Nobody who wrote the content can have known it.
    private static func boundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return "terrace-" + String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
    }

    /// Counts and logs a request that has come to its end.
    func record(
        _ request: IncomingRequest, _ outcome: EdgeLogLine.Outcome, status: Int, began: Duration, sent: Int
    ) {
        let duration = clock.monotonic - began
        counters.record(status: status, latency: duration, sent: sent)
        guard let log else { return }
        let line = EdgeLogLine(
            time: clock.wallTime, status: status, sent: sent, duration: duration, outcome: outcome)
        log.append(line, of: request)
        guard flush == nil else { return }
        flush = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in self?.flushLogs() }
    }

    /// Hands over every line that is kept here, the firewall's and the load balancer's too.
    func flushLogs() {
        flush?.cancel()
        flush = nil
        log?.flush()
        firewall?.flushLog()
        balancer.log?.flush()
    }

    func close() {
        flushLogs()
        balancer.close()
    }

    func recordMiss() { counters.recordMiss() }
}

extension RequestHead {
    /// A GET without a condition or a range.
    fileprivate var asksForAll: Bool {
        method == .get && !fields.contains(.ifNoneMatch) && !fields.contains(.ifModifiedSince)
            && !fields.contains(.range)
    }
}
