import NIOCore
import Stacks
package import Streams
package import TrafficRules

/// The edge on one event loop: answers from the cache, or passes a request on to the load balancer.
package final class EdgeLoop: RequestHandler {
    /// How the edge names itself in `Via`.
    static let name = "terrace"

    let eventLoop: any EventLoop
    let cache: EdgeCache
    let clock: LoopClock
    let balancer: BalancerLoop
    private let counters: TrafficCounters
    private var loopCache: LoopCache
    private var rules: LoopCopy<CacheRules>

    package init(
        balancer: BalancerLoop, cache: EdgeCache, rules: Published<CacheRules>, counters: TrafficCounters,
        clock: LoopClock
    ) {
        eventLoop = balancer.eventLoop
        self.balancer = balancer
        self.cache = cache
        self.counters = counters
        self.clock = clock
        self.rules = LoopCopy(rules)
        loopCache = LoopCache(cache)
    }

    package func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        let now = clock.monotonic
        // A request that has been here before goes in a circle (RFC 9110 §7.6.3). 508 as CDNs answer it (RFC 5842 §7.2):
        // trying again, as 503 would ask for, only makes another round.
        guard !Forwarding.hasPassed(Self.name, request.head.fields) else {
            var head = ResponseHead(status: 508)
            head.fields.append(.cacheControl, "no-store")
            CacheVerdict.error.write(to: &head.fields)
            responder.send(whole: head, body: nil, length: 0)
            record(status: head.status, began: now, sent: 0)
            return nil
        }
        // HTTP/2 may send content without saying so in a field; the key does not know of it.
        let decision =
            request.body == .none
            ? RequestCaching.decide(request.head, scheme: request.facts.scheme) : .bypass(.content)
        switch decision {
        case .bypass:
            return EdgeExchange(edge: self, request: request, client: responder, lookup: nil, began: now).start()
        case .lookup(let lookup):
            let hit = loopCache.find(lookup.key, for: request.head.fields)
            if let hit, case .fresh(let age) = Reuse.decide(hit.response, for: lookup.directives, at: now) {
                answer(from: hit, age: age, .hit, request, responder, began: now)
                return nil
            }
            return EdgeExchange(edge: self, request: request, client: responder, lookup: lookup, began: now).start()
        }
    }

    package func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) {
        counters.record(status: refusal.status, latency: .zero)
    }

    /// What the shared cache has, fresh or stale.
    func find(_ lookup: CacheLookup, _ request: IncomingRequest) -> EdgeCache.Store.Hit? {
        cache.find(lookup.key, for: request.head.fields)
    }

    func lifetime(for path: Substring) -> Duration? {
        _ = rules.refresh()
        return rules.value.lifetime(for: path)
    }

    /// Answers with a kept object, or with 304 when the client has it already.
    func answer(
        from hit: EdgeCache.Store.Hit, age: Duration, _ verdict: CacheVerdict, _ request: IncomingRequest,
        _ responder: any Responder, began: Duration
    ) {
        let fields = request.head.fields
        let isConditional = fields.contains(.ifNoneMatch) || fields.contains(.ifModifiedSince)
        let isUnchanged = isConditional && hit.response.isUnchanged(for: fields, now: clock.wallTime)
        var head = isUnchanged ? hit.response.notModified : hit.response.head
        Forwarding.appendVia(.http11, by: Self.name, to: &head.fields)
        verdict.write(to: &head.fields, age: age)
        let body = isUnchanged || request.head.method == .head ? nil : hit.body
        counters.recordHit()
        responder.send(whole: head, body: body, length: isUnchanged ? nil : hit.body.readableBytes)
        record(status: head.status, began: began, sent: body?.readableBytes ?? 0)
    }

    func record(status: Int, began: Duration, sent: Int) {
        counters.record(status: status, latency: clock.monotonic - began, sent: sent)
    }

    func recordMiss() { counters.recordMiss() }
}
