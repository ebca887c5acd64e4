import NIOCore
import Stacks
import Streams
import TrafficRules

/// The firewall on one event loop: decides at once whatever a request's head decides, and remembers what was harmless.
final class FirewallLoop {
    enum Screening {
        /// Its client is in `allow`: nothing more is asked, of its body neither.
        case allow
        case pass
        case refuse(FirewallRefusal, [RuleFinding])
        /// The rules must see it, after its body when there is one.
        case inspect
    }

    /// Remembered requests of one loop: 16 bytes each and the set's room, about 1 MB.
    private static let rememberedRequests = 32_768

    let client = ClientCache()
    private let tier: FirewallTier
    private let eventLoop: any EventLoop
    private let clock: LoopClock
    private let counters: FirewallCounters
    private let log: AccessLogBuffer?
    private let seed: VerdictMemory.Seed
    private var state: LoopCopy<FirewallTier.State>
    private var lease: RateLease<NetworkAddress>?
    private var memory = VerdictMemory(capacity: FirewallLoop.rememberedRequests)
    private var random = SystemRandomNumberGenerator()
    private var flush: Scheduled<Void>?

    init(_ tier: FirewallTier, eventLoop: any EventLoop, clock: LoopClock) {
        self.tier = tier
        self.eventLoop = eventLoop
        self.clock = clock
        counters = tier.addLoop()
        log = tier.log.map { AccessLogBuffer(log: $0) }
        seed = VerdictMemory.Seed(using: &random)
        state = LoopCopy(tier.published)
        renew()
    }

    private func renew() {
        lease = state.value.limiter.map { RateLease(requests: $0.limit.requests, loops: tier.loops) }
        memory.forgetAll()
    }

    /// Counts what it refuses; the caller answers. Behind a trusted proxy the request's client becomes the one that the
    /// proxy names, for everything that follows.
    func screen(_ request: inout IncomingRequest, at now: Duration) -> Screening {
        if state.refresh() { renew() }
        let rules = state.value.screening
        let peer = client.address(of: request.facts.clientAddress)
        var address = peer
        if !rules.firewall.trustedProxies.isEmpty {
            address = rules.client(peer: peer, request.head.fields)
            if address != peer { request.facts.clientAddress = address.description }
        }
        switch rules.decide(address, announcedBody: request.body.knownLength) {
        case .pass:
            counters.record(.allowed)
            return .allow
        case .refuse(let refusal): return .refuse(refusal, [])
        case .goOn: break
        }
        if let wait = exceedsRate(address.limited, at: now) { return .refuse(.limited(retryAfter: wait), []) }
        if let finding = rules.sizeFinding(request.head), !passes([finding], request) {
            return .refuse(.rules, [finding])
        }
        return askRules(request, address)
    }

    private func askRules(_ request: IncomingRequest, _ address: NetworkAddress) -> Screening {
        switch state.value.rules {
        case .none, .off: return .pass
        case .loading: return isUnavailable(request) ? .refuse(.busy, []) : .pass
        case .on:
            guard request.body == .none, memory.isHarmless(digest(address, request.head, [], isCut: false)) else {
                return .inspect
            }
            counters.record(.remembered)
            return .pass
        }
    }

    private func exceedsRate(_ client: NetworkAddress, at now: Duration) -> Duration? {
        guard let limiter = state.value.limiter, var verdict = lease?.admit(client, at: now) else { return nil }
        if case .ask(let count) = verdict {
            let grant = limiter.lease(count, for: client, at: now)
            verdict = lease?.received(grant, for: client, at: now) ?? .admitted
        }
        if case .refused(let wait) = verdict { return wait }
        return nil
    }

    // MARK: For requests that wait for the rules

    /// Hands the request to the threads. They may have been replaced meanwhile, because the manifest changed: the new ones are
    /// published before the old ones stop. Nil: there are no rules any more. False: the queue is full.
    func evaluate(_ request: InspectedRequest, done: @escaping @Sendable (RuleVerdict) -> Void) -> Bool? {
        for _ in 0..<2 {
            if state.refresh() { renew() }
            guard case .on(let workers) = state.value.rules else {
                if case .loading = state.value.rules { return false }
                return nil
            }
            if workers.evaluate(request, done: done) { return true }
        }
        return false
    }

    /// True when a request that the rules cannot see is refused, for nothing passes uninspected. In `mode: count` nothing is refused
    /// for what they find, and so neither for what they might have found; that is told.
    func isUnavailable(_ request: IncomingRequest) -> Bool {
        guard state.value.screening.firewall.mode == .count else { return true }
        note(.count, by: .busy, status: nil, request, [])
        return false
    }

    var largestBody: Int? { state.value.screening.firewall.largestBody?.bytes }

    func isRemembered(_ request: InspectedRequest) -> Bool {
        guard memory.isHarmless(digest(of: request)) else { return false }
        counters.record(.remembered)
        return true
    }

    /// Nil when the request goes on.
    func refusal(_ verdict: RuleVerdict, _ inspected: InspectedRequest, _ request: IncomingRequest) -> FirewallRefusal?
    {
        switch verdict {
        case .harmless:
            memory.remember(digest(of: inspected))
            counters.record(.inspected)
            return nil
        case .refused(let findings): return passes(findings, request) ? nil : .rules
        case .failed: return isUnavailable(request) ? .busy : nil
        }
    }

    /// In `mode: count` what was found is told and the request passes.
    private func passes(_ findings: [RuleFinding], _ request: IncomingRequest) -> Bool {
        guard state.value.screening.firewall.mode == .count else { return false }
        counters.record(.counted)
        note(.count, by: .rules, status: nil, request, findings)
        return true
    }

    private func digest(of request: InspectedRequest) -> VerdictMemory.Digest {
        digest(request.client, request.head, request.body, isCut: request.bodyIsCut)
    }

    private func digest(
        _ client: NetworkAddress, _ head: RequestHead, _ body: [UInt8], isCut: Bool
    ) -> VerdictMemory.Digest {
        VerdictMemory.Digest(client: client, head, body: body, bodyIsCut: isCut, seed: seed)
    }

    // MARK: Refusing

    /// Answers, counts and logs. Returns the status.
    func refuse(
        _ refusal: FirewallRefusal, _ findings: [RuleFinding], _ request: IncomingRequest, _ responder: any Responder
    ) -> Int {
        let id = request.idText
        let page = refusal.page(requestID: id)
        responder.send(
            whole: refusal.head(requestID: id, length: page.count),
            body: request.head.method == .head ? nil : ByteBuffer(bytes: page), length: page.count)
        counters.record(refusal.outcome)
        note(.block, by: refusal, status: refusal.status, request, findings)
        return refusal.status
    }

    private func note(
        _ action: FirewallLogLine.Action, by refusal: FirewallRefusal, status: Int?, _ request: IncomingRequest,
        _ findings: [RuleFinding]
    ) {
        guard let log else { return }
        let entry = FirewallLogLine(
            time: clock.wallTime, requestID: request.idText, action: action, by: refusal.word, status: status,
            client: client.address(of: request.facts.clientAddress), request: request.head, findings: findings)
        log.append { entry.append(to: &$0) }
        guard flush == nil else { return }
        flush = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.flush = nil
            self?.log?.flush()
        }
    }

    func flushLog() { log?.flush() }

    func close() {
        flush?.cancel()
        log?.flush()
    }
}

/// The last peer's address as a number: a connection's requests come one after the other.
final class ClientCache {
    private var text = ""
    private var address = NetworkAddress(ipv4: 0)

    /// A peer that is already gone has no address.
    func address(of peer: String) -> NetworkAddress {
        if peer == text { return address }
        text = peer
        address = NetworkAddress(peer) ?? NetworkAddress(ipv4: 0)
        return address
    }
}

extension IncomingRequest {
    fileprivate var idText: String { String(decoding: id, as: UTF8.self) }
}

extension FirewallRefusal {
    fileprivate var outcome: FirewallCounters.Outcome {
        switch self {
        case .denied: .denied
        case .limited: .limited
        case .bodyTooLarge: .tooLarge
        case .rules: .blocked
        case .busy: .busy
        }
    }

    /// For the log.
    fileprivate var word: String {
        switch self {
        case .denied: "deny"
        case .limited: "rate-limit"
        case .bodyTooLarge: "largest-body"
        case .rules: "rules"
        case .busy: "busy"
        }
    }
}
