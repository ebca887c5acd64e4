package import NIOCore
import Stacks
package import Streams
import TrafficRules

/// The load balancer on one event loop: routes requests, keeps its own connections to the tasks, counts and logs.
package final class BalancerLoop {
    package struct Settings: Sendable {
        /// `app/guestbook/local`, for the access log.
        package var name: String
        /// Whether `X-Forwarded-For` and its kin are taken from the client. Only a trusted hop before us may say them.
        package var trustsForwarded: Bool
        /// Whether the hop before us has named each request in `X-Amzn-Trace-Id`: then nothing is added to that.
        package var isNamedBefore: Bool

        /// How sticky clients keep what they are told.
        package var seal: StickySeal

        package init(
            name: String, trustsForwarded: Bool = false, isNamedBefore: Bool = false, seal: StickySeal = StickySeal()
        ) {
            self.name = name
            self.isNamedBefore = isNamedBefore
            self.seal = seal
            self.trustsForwarded = trustsForwarded
        }
    }

    let eventLoop: any EventLoop
    let settings: Settings
    let pool: UpstreamPool
    let clock: LoopClock
    let log: AccessLogBuffer?
    private let counters: ServiceCounters
    private let shared: TargetGroups
    private var groups: LoopCopy<TargetGroups.Snapshot>
    private var countersByService: [String: (traffic: TrafficCounters, answers: AnswerCounters)] = [:]
    /// By index of the service.
    private var choosers: [LeastOutstanding] = []
    /// By service; they outlive a change of the manifest.
    private var budgets: [String: RetryBudget] = [:]
    /// By number of the rule that splits.
    private var splits: [WeightedTurns] = []
    private var active: [ObjectIdentifier: ProxyExchange] = [:]
    private var watch: Scheduled<Void>?
    private var watchInterval = Duration.seconds(1)
    private var random = SystemRandomNumberGenerator()

    package init(
        eventLoop: any EventLoop, groups: TargetGroups, counters: ServiceCounters, settings: Settings,
        clock: LoopClock, log: AccessLogBuffer?
    ) {
        self.eventLoop = eventLoop
        shared = groups
        self.groups = LoopCopy(groups.published)
        self.counters = counters
        self.settings = settings
        self.clock = clock
        self.log = log
        pool = UpstreamPool(eventLoop: eventLoop)
        adoptSnapshot()
        watchSoon()
    }

    /// Sends a request where the listener's rules lead it, and the answer to `responder`.
    package func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        refresh()
        let exchange = ProxyExchange(loop: self, request: request, responder: responder)
        guard let decision = groups.value.rules.decide(request.head) else {
            exchange.answer(.noRoute)
            return nil
        }
        exchange.follow(decision)
        let services = groups.value.services
        switch decision.action {
        case .redirect(let redirect):
            exchange.answer(redirect)
            return nil
        case .answer(let answer):
            exchange.answer(answer)
            return nil
        case .forward(let index):
            let pins = services[index].balancing.sticky == nil ? nil : settings.seal.open(request.head.fields)
            exchange.route(to: services[index], pins)
        case .split(let rule, let shares):
            let isSticky = shares.contains { services[$0.service].balancing.sticky != nil }
            let pins = isSticky ? settings.seal.open(request.head.fields) : nil
            let index = pins.flatMap { pinned(in: shares, $0) } ?? turn(of: rule, shares)
            exchange.route(to: services[index], pins)
        }
        budgets[exchange.serviceName, default: RetryBudget()].requestBegan()
        active[ObjectIdentifier(exchange)] = exchange
        exchange.start()
        return exchange.isOver ? nil : exchange
    }

    /// A client that a sticky service has answered stays with it, as with an ALB's stickiness between target groups.
    private func pinned(in shares: [(service: Int, weight: Int)], _ pins: StickyPins) -> Int? {
        let now = clock.wallTime
        return shares.first { share in
            let service = groups.value.services[share.service]
            return service.balancing.sticky.flatMap { pins.task(of: service.name, lifetime: $0, at: now) } != nil
        }?.service
    }

    /// As an ALB, whether or not the service has healthy tasks.
    private func turn(of rule: Int, _ shares: [(service: Int, weight: Int)]) -> Int {
        shares[splits[rule].next(among: shares.count) { shares[$0].weight } ?? 0].service
    }

    /// The target for a first or, `excluding` the one that failed, a second try.
    /// - Parameter pin: the task that the client is with; another one when it is gone, drains or is not healthy.
    func choose(_ service: String, pin: String? = nil, excluding: Target?) -> Target? {
        refresh()
        guard let index = groups.value.services.firstIndex(where: { $0.name == service }) else { return nil }
        let targets = groups.value.targets[index]
        let now = clock.monotonic
        if let pin, let target = targets.first(where: { $0.pinName == pin }), target !== excluding,
            target.standing(at: now) == .healthy
        {
            return target
        }
        let excluded = excluding.flatMap { failed in targets.firstIndex { $0 === failed } }
        let trial = trial(of: service)
        let choice = choosers[index].choose(
            among: targets.count, excluding: excluded, standing: { targets[$0].standing(at: now) },
            share: { min(targets[$0].share(at: now), trial?.part(of: targets[$0]) ?? SlowStart.full) },
            outstanding: { targets[$0].inFlight })
        return choice.map { targets[$0.target] }
    }

    /// A way to the task in the protocol that its service speaks.
    func open(
        to target: Target, _ service: Service?, reusing: Bool,
        _ body: @escaping (Result<any UpstreamRequest, UpstreamFailure>) -> Void
    ) {
        if service?.taskProtocol.isMultiplexed ?? false {
            pool.withStream(to: target.address, body)
        } else {
            pool.withConnection(to: target.address, reusing: reusing) { body($0.map { $0 }) }
        }
    }

    /// A request came to its end at a task, or failed there: a connection that broke, a time that ran out, a status of 500 or
    /// above.
    func judge(_ target: Target, of service: Service, failed: Bool) {
        trial(of: service.name)?.attempted(target, failed: failed)
        guard failed else { return target.succeeded() }
        guard let limits = service.balancing.ejection else { return }
        let failures = target.failed()
        guard failures >= limits.failures,
            let index = groups.value.services.firstIndex(where: { $0.name == service.name })
        else { return }
        let count = groups.value.targets[index].count
        shared.failed(target, inRow: failures, of: count, limits: limits, at: clock.monotonic)
    }

    private func trial(of service: String) -> Trial? {
        groups.value.trials.isEmpty ? nil : groups.value.trials[service]
    }

    /// Takes one second try from the service's budget.
    func mayTryAgain(_ service: String) -> Bool { budgets[service, default: RetryBudget()].take() }

    func ended(_ exchange: ProxyExchange, _ entry: AccessLogEntry, at target: Target?, latency: Duration) {
        active[ObjectIdentifier(exchange)] = nil
        if let target {
            trial(of: exchange.serviceName)?.answered(target, status: entry.status ?? 500, latency: latency)
        }
        let counted = counted(exchange.serviceName)
        counted.traffic.record(
            status: entry.status ?? 500, latency: latency, received: entry.receivedBytes, sent: entry.sentBytes)
        counted.answers.record(entry, foundTask: exchange.foundTask)
        counters.answers.record(entry, foundTask: exchange.foundTask)
        log?.append(entry)
    }

    private func counted(_ service: String) -> (traffic: TrafficCounters, answers: AnswerCounters) {
        if let known = countersByService[service] { return known }
        let new = (traffic: counters.of(service), answers: counters.answers(of: service))
        countersByService[service] = new
        return new
    }

    func traceID(after incoming: ArraySlice<UInt8>?) -> [UInt8] {
        if settings.isNamedBefore, let incoming { return Array(incoming) }
        return TraceID.next(
            after: incoming, at: clock.wallTime,
            random: (UInt32.random(in: .min ... .max, using: &random), random.next()))
    }

    private func refresh() {
        let old = groups.value
        guard groups.refresh() else { return }
        adoptSnapshot()
        let addresses = Set(groups.value.targets.joined().map(\.address))
        for target in old.targets.joined() where !addresses.contains(target.address) { pool.forget(target.address) }
    }

    private func adoptSnapshot() {
        let snapshot = groups.value
        choosers = snapshot.services.map { _ in LeastOutstanding() }
        splits = Array(repeating: WeightedTurns(), count: snapshot.rules.splits)
        let names = Set(snapshot.services.map(\.name))
        budgets = budgets.filter { names.contains($0.key) }
        // A tenth of the shortest timeout is how much too late it may be noticed.
        let shortest = snapshot.services.map(\.balancing.timeout).min() ?? .seconds(10)
        watchInterval = min(max(shortest / 10, .milliseconds(50)), .seconds(1))
    }

    private func watchSoon() {
        watch = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(watchInterval)) { [weak self] in
            self?.watchActive()
        }
    }

    /// Again and again: requests whose task says nothing any more.
    private func watchActive() {
        let now = clock.monotonic
        let silent = active.values.filter { now - $0.lastProgress > $0.timeout && !$0.isWaitingForClient }
        for exchange in silent { exchange.timedOut() }
        refresh()
        log?.flush()
        watchSoon()
    }

    package func close() {
        watch?.cancel()
        pool.closeAll()
        log?.flush()
    }
}
