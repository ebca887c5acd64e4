package import NIOCore
import Stacks
package import Streams
import TrafficRules

/// The load balancer on one event loop: routes requests, keeps its own connections to the tasks, counts and logs.
package final class BalancerLoop {
    package struct Settings: Sendable {
        /// `app/guestbook/local`, for the access log.
        package var name: String
        /// Longest time without a byte from the task. An Application Load Balancer's default is 60 s.
        package var idleTimeout: Duration
        /// Whether `X-Forwarded-For` and its kin are taken from the client. Only a trusted hop before us may say them.
        package var trustsForwarded: Bool

        package init(name: String, idleTimeout: Duration = .seconds(60), trustsForwarded: Bool = false) {
            self.name = name
            self.idleTimeout = idleTimeout
            self.trustsForwarded = trustsForwarded
        }
    }

    let eventLoop: any EventLoop
    let settings: Settings
    let pool: UpstreamPool
    let clock: LoopClock
    let log: AccessLogBuffer?
    private let counters: ServiceCounters
    private var groups: LoopCopy<TargetGroups.Snapshot>
    private var countersByService: [String: TrafficCounters] = [:]
    private var choosers: [LeastOutstanding] = []
    private var active: [ObjectIdentifier: ProxyExchange] = [:]
    private var watch: Scheduled<Void>?
    private var random = SystemRandomNumberGenerator()

    package init(
        eventLoop: any EventLoop, groups: TargetGroups, counters: ServiceCounters, settings: Settings,
        clock: LoopClock, log: AccessLogBuffer?
    ) {
        self.eventLoop = eventLoop
        self.groups = LoopCopy(groups.published)
        self.counters = counters
        self.settings = settings
        self.clock = clock
        self.log = log
        pool = UpstreamPool(eventLoop: eventLoop)
        choosers = self.groups.value.services.map { _ in LeastOutstanding() }
        watchSoon()
    }

    /// Sends a request to a task of the service that its path leads to, and the answer to `responder`.
    package func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        refresh()
        let exchange = ProxyExchange(loop: self, request: request, responder: responder)
        guard let match = groups.value.routes.match(request.head.path) else {
            exchange.answer(.noRoute)
            return nil
        }
        exchange.route(to: match, service: groups.value.services[match.service])
        active[ObjectIdentifier(exchange)] = exchange
        exchange.start()
        return exchange.isOver ? nil : exchange
    }

    /// The target for a first or, `excluding` the one that failed, a second try.
    func choose(_ service: String, excluding: Target?) -> Target? {
        refresh()
        guard let index = groups.value.services.firstIndex(where: { $0.name == service }) else { return nil }
        let targets = groups.value.targets[index]
        let excluded = excluding.flatMap { failed in targets.firstIndex { $0 === failed } }
        let choice = choosers[index].choose(
            among: targets.count, excluding: excluded, standing: { targets[$0].standing },
            outstanding: { targets[$0].inFlight })
        return choice.map { targets[$0.target] }
    }

    func ended(_ exchange: ProxyExchange, _ entry: AccessLogEntry, latency: Duration) {
        active[ObjectIdentifier(exchange)] = nil
        let known = countersByService[exchange.serviceName]
        let counters = known ?? self.counters.of(exchange.serviceName)
        if known == nil { countersByService[exchange.serviceName] = counters }
        counters.record(
            status: entry.status ?? 500, latency: latency, received: entry.receivedBytes, sent: entry.sentBytes)
        log?.append(entry)
    }

    func traceID(after incoming: ArraySlice<UInt8>?) -> [UInt8] {
        TraceID.next(
            after: incoming, at: clock.wallTime,
            random: (UInt32.random(in: .min ... .max, using: &random), random.next()))
    }

    private func refresh() {
        let old = groups.value
        guard groups.refresh() else { return }
        choosers = groups.value.services.map { _ in LeastOutstanding() }
        let addresses = Set(groups.value.targets.joined().map(\.address))
        for target in old.targets.joined() where !addresses.contains(target.address) { pool.forget(target.address) }
    }

    private func watchSoon() {
        watch = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in self?.watchActive() }
    }

    /// Once a second: requests whose task says nothing any more.
    private func watchActive() {
        let now = clock.monotonic
        let silent = active.values.filter { now - $0.lastProgress > settings.idleTimeout && !$0.isWaitingForClient }
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
