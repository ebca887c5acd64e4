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
    /// By index of the service.
    private var services: [RoutedService] = []
    /// Of what no service is asked for.
    private lazy var unrouted = (traffic: counters.of("-"), answers: counters.answers(of: "-"))
    /// By number of the rule that splits.
    private var splits: [WeightedTurns] = []
    private var active: [ProxyExchange] = []
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
    package func begin(
        _ request: consuming IncomingRequest, _ responder: any Responder
    ) -> (any RequestReceiver)? {
        refresh()
        let decision = groups.value.rules.decide(request.head)
        let traceID = traceID(after: request.head.fields.first(.xAmznTraceID))
        // Rules are about what the client sent; what comes now is for the task.
        if decision?.action.isForwarding == true {
            ForwardedHead.rewrite(&request, traceID: traceID, trustsForwarded: settings.trustsForwarded)
        }
        let exchange = ProxyExchange(loop: self, request: consume request, traceID: traceID, responder: responder)
        guard let decision else {
            exchange.answer(.noRoute)
            return nil
        }
        exchange.follow(decision)
        switch decision.action {
        case .redirect(let redirect):
            exchange.answer(redirect)
            return nil
        case .answer(let answer):
            exchange.answer(answer)
            return nil
        case .forward(let index):
            let isSticky = services[index].service.balancing.sticky != nil
            exchange.route(to: services[index], isSticky ? settings.seal.open(exchange.request.head.fields) : nil)
        case .split(let rule, let shares):
            let isSticky = shares.contains { services[$0.service].service.balancing.sticky != nil }
            let pins = isSticky ? settings.seal.open(exchange.request.head.fields) : nil
            let index = pins.flatMap { pinned(in: shares, $0) } ?? turn(of: rule, shares)
            exchange.route(to: services[index], pins)
        }
        exchange.service?.budget.requestBegan()
        exchange.place = active.count
        active.append(exchange)
        exchange.start()
        return exchange.isOver ? nil : exchange
    }

    /// A client that a sticky service has answered stays with it, as with an ALB's stickiness between target groups.
    private func pinned(in shares: [(service: Int, weight: Int)], _ pins: StickyPins) -> Int? {
        let now = clock.wallTime
        return shares.first { share in
            let service = services[share.service].service
            return service.balancing.sticky.flatMap { pins.task(of: service.name, lifetime: $0, at: now) } != nil
        }?.service
    }

    /// As an ALB, whether or not the service has healthy tasks.
    private func turn(of rule: Int, _ shares: [(service: Int, weight: Int)]) -> Int {
        shares[splits[rule].next(among: shares.count) { shares[$0].weight } ?? 0].service
    }

    /// The target for a first or, `excluding` the one that failed, a second try.
    /// - Parameter pin: the task that the client is with; another one when it is gone, drains or is not healthy.
    func choose(_ routed: RoutedService, pin: String? = nil, excluding: Target?) -> Target? {
        refresh()
        guard let routed = latest(routed) else { return nil }
        let targets = routed.targets
        let now = clock.coarse
        if let pin, let target = targets.first(where: { $0.pinName == pin }), target !== excluding,
            target.standing(at: now) == .healthy
        {
            return target
        }
        let excluded = excluding.flatMap { failed in targets.firstIndex { $0 === failed } }
        let choice = routed.chooser.choose(
            among: targets.count, excluding: excluded, standing: { targets[$0].standing(at: now) },
            share: { min(targets[$0].share(at: now), routed.trial?.part(of: targets[$0]) ?? SlowStart.full) },
            outstanding: { targets[$0].inFlight })
        return choice.map { targets[$0.target] }
    }

    /// The service as it is now; nil when it has gone.
    private func latest(_ routed: RoutedService) -> RoutedService? {
        services.contains { $0 === routed } ? routed : services.first { $0.name == routed.name }
    }

    /// A connection to the task that is there and has nothing to do; nil where a way to it must be opened.
    func unused(to target: Target, _ service: RoutedService) -> (any UpstreamRequest)? {
        service.connections(to: target)?.takeUnused()
    }

    /// A new way to the task in the protocol that its service speaks.
    func open(
        to target: Target, _ service: RoutedService,
        _ body: @escaping (Result<any UpstreamRequest, UpstreamFailure>) -> Void
    ) {
        if service.service.taskProtocol.isMultiplexed {
            pool.withStream(to: target.address, body)
        } else {
            pool.connect(to: target.address, keepingIn: service.connections(to: target)) { body($0.map { $0 }) }
        }
    }

    /// A request came to its end at a task, or failed there: a connection that broke, a time that ran out, a status of 500 or
    /// above.
    func judge(_ target: Target, of routed: RoutedService, failed: Bool) {
        latest(routed)?.trial?.attempted(target, failed: failed)
        guard failed else { return target.succeeded() }
        guard let limits = routed.service.balancing.ejection else { return }
        let failures = target.failed()
        guard failures >= limits.failures, let latest = latest(routed) else { return }
        shared.failed(target, inRow: failures, of: latest.targets.count, limits: limits, at: clock.monotonic)
    }

    /// Takes one second try from the service's budget.
    func mayTryAgain(_ routed: RoutedService) -> Bool { (latest(routed) ?? routed).budget.take() }

    func ended(_ exchange: ProxyExchange, _ answer: AnswerFigures, at target: Target?, latency: Duration) {
        forget(exchange)
        if let target {
            exchange.service.flatMap { latest($0) }?.trial?.answered(target, status: answer.status, latency: latency)
        }
        let (traffic, answers) = exchange.service.map { ($0.traffic, $0.answers) } ?? unrouted
        traffic.record(
            status: answer.status, latency: latency, received: answer.receivedBytes, sent: answer.sentBytes)
        answers.record(answer)
        counters.answers.record(answer)
    }

    /// The last one takes its place.
    private func forget(_ exchange: ProxyExchange) {
        guard let place = exchange.place, let last = active.popLast() else { return }
        exchange.place = nil
        guard last !== exchange else { return }
        last.place = place
        active[place] = last
    }

    private func traceID(after incoming: ArraySlice<UInt8>?) -> [UInt8] {
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
        services = zip(snapshot.services, snapshot.targets).map { service, targets in
            RoutedService(
                service, targets: targets, trial: snapshot.trials[service.name], counters: counters,
                budget: services.first { $0.name == service.name }?.budget ?? RetryBudget(), pool: pool)
        }
        splits = Array(repeating: WeightedTurns(), count: snapshot.rules.splits)
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
        let now = clock.coarse
        let silent = active.filter { now - $0.lastProgress > $0.timeout && !$0.isWaitingForClient }
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

extension ListenerRules.Action {
    /// Whether the request goes to a task.
    fileprivate var isForwarding: Bool {
        switch self {
        case .forward, .split: true
        case .redirect, .answer: false
        }
    }
}
