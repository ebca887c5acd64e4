package import Foundation
package import NIOCore
package import Stacks
package import Streams
import Synchronization
import TrafficRules

/// The edge and the load balancer behind it on all event loops: what listens, and what was counted.
package final class EdgeTier: Sendable {
    /// How long requests under way may take when the stack stops.
    package static let farewell = Duration.seconds(10)

    package struct Configuration: Sendable {
        package var ports: LocalPorts
        package var tls: ServerCertificates
        /// `app/guestbook/local`
        package var balancerName: String
        package var cacheRules: [CacheRule]
        package var limits: ConnectionLimits
        package var cache: EdgeCache.Limits
        /// nil: large answers are not kept.
        package var cacheFolder: ObjectFolder?
        /// nil: no access log.
        package var logFolder: URL?
        /// nil: every request passes.
        package var firewall: FirewallTier?
        package var stickySeal: StickySeal

        package init(
            ports: LocalPorts, tls: ServerCertificates, balancerName: String, cacheRules: [CacheRule] = [],
            limits: ConnectionLimits = ConnectionLimits(), cache: EdgeCache.Limits = .init(),
            cacheFolder: ObjectFolder? = nil, logFolder: URL?,
            firewall: FirewallTier? = nil, stickySeal: StickySeal = StickySeal()
        ) {
            self.ports = ports
            self.tls = tls
            self.balancerName = balancerName
            self.cacheRules = cacheRules
            self.limits = limits
            self.cache = cache
            self.cacheFolder = cacheFolder
            self.logFolder = logFolder
            self.firewall = firewall
            self.stickySeal = stickySeal
        }
    }

    /// What one event loop counts.
    private struct LoopFigures: Sendable {
        let edge = TrafficCounters()
        let redirects = TrafficCounters()
        let services = ServiceCounters()
    }

    package let httpsPort: Int
    package let httpPort: Int
    private let https: Listener
    private let http: Listener
    private let figures: [LoopFigures]
    private let rules: Published<CacheRules>
    private let wantedRules: Mutex<[CacheRule]>
    private let cache: EdgeCache
    private let logs: [AccessLog]
    private let edges: EdgeLoops

    private init(
        https: Listener, http: Listener, figures: [LoopFigures], rules: Published<CacheRules>,
        wantedRules: [CacheRule], cache: EdgeCache, logs: [AccessLog], edges: EdgeLoops
    ) {
        self.https = https
        self.http = http
        httpsPort = https.port
        httpPort = http.port
        self.figures = figures
        self.rules = rules
        self.wantedRules = Mutex(wantedRules)
        self.cache = cache
        self.logs = logs
        self.edges = edges
    }

    /// Listens on both ports when it returns. Throws `PortRefused`.
    package static func start(
        on loops: [any EventLoop], _ configuration: Configuration, groups: TargetGroups
    ) async throws -> EdgeTier {
        let rules = Published(CacheRules(configuration.cacheRules))
        let cache = EdgeCache(limits: configuration.cache, folder: configuration.cacheFolder)
        let log = configuration.logFolder.map { AccessLog(folder: $0) }
        let edgeLog = configuration.logFolder.map { AccessLog(folder: $0, name: "edge.log") }
        let edges = EdgeLoops()
        let figures = loops.map { _ in LoopFigures() }
        let settings = BalancerLoop.Settings(
            name: configuration.balancerName, isNamedBefore: true, seal: configuration.stickySeal)
        let options = Listener.Options(
            port: configuration.ports.https, tls: configuration.tls, limits: configuration.limits)
        let https = try await Listener.start(on: loops, options) { loop in
            let own = figures[loops.firstIndex { $0 === loop } ?? 0]
            let clock = LoopClock()
            let balancer = BalancerLoop(
                eventLoop: loop, groups: groups, counters: own.services, settings: settings, clock: clock,
                log: log.map { AccessLogBuffer(log: $0) })
            let edge = EdgeLoop(
                balancer: balancer, cache: cache, rules: rules, counters: own.edge, clock: clock,
                firewall: configuration.firewall, log: edgeLog.map { AccessLogBuffer(log: $0) })
            edges.add(edge, on: loop)
            return (edge, clock)
        }
        do {
            let plain = Listener.Options(port: configuration.ports.http, limits: configuration.limits)
            let http = try await Listener.start(on: loops, plain) { loop in
                let own = figures[loops.firstIndex { $0 === loop } ?? 0]
                return (RedirectLoop(httpsPort: https.port, counters: own.redirects), LoopClock())
            }
            return EdgeTier(
                https: https, http: http, figures: figures, rules: rules,
                wantedRules: configuration.cacheRules, cache: cache, logs: [log, edgeLog].compactMap { $0 },
                edges: edges)
        } catch {
            await https.stopAccepting()
            await edges.close()
            throw error
        }
    }

    /// What is kept was kept by the old rules, under their keys: it is given up when there are others.
    package func setCacheRules(_ rules: [CacheRule]) {
        guard rules != wantedRules.withLock({ $0 }) else { return }
        wantedRules.withLock { $0 = rules }
        self.rules.update { $0 = CacheRules(rules) }
        _ = cache.invalidate([.everything])
    }

    /// For connections from now on.
    package func setCertificates(_ fresh: ServerCertificates) { https.setCertificates(fresh) }

    /// Removes kept answers whose path and query match; how many there were.
    package func invalidate(_ pattern: RoutePattern) -> Int { cache.invalidate(rules.current.patterns(pattern)) }

    // MARK: Figures

    package var edgeTotals: TrafficTotals { TrafficCounters.total(figures.flatMap { [$0.edge, $0.redirects] }) }

    package func totals(of service: String) -> TrafficTotals {
        TrafficCounters.total(figures.compactMap { $0.services.all[service] })
    }

    package var answers: AnswerTotals { AnswerCounters.total(figures.map(\.services.answers)) }

    package func answers(of service: String) -> AnswerTotals {
        AnswerCounters.total(figures.map { $0.services.answers(of: service) })
    }

    package var connections: Int { https.connectionCount + http.connectionCount }
    package var cacheCounts: EdgeCache.Counts { cache.counts }
    package var lostLogBlocks: Int { logs.reduce(0) { $0 + $1.lostBlocks } }

    // MARK: The end

    /// Stops accepting, lets requests under way finish, then closes what is left.
    package func stop() async {
        async let plain: Void = http.drain(within: Self.farewell)
        await https.drain(within: Self.farewell)
        await plain
        https.closeConnections()
        http.closeConnections()
        await edges.close()
        for log in logs { log.drain() }
    }

    /// Returns when every request that has come to its end is in the logs.
    package func flushLogs() async {
        await edges.flushLogs()
        for log in logs { log.drain() }
    }
}

/// What is to be closed with the tier: unused connections to tasks, and lines of the logs.
private final class EdgeLoops: Sendable {
    private let loops = Mutex<[NIOLoopBound<EdgeLoop>]>([])

    func add(_ edge: EdgeLoop, on loop: any EventLoop) {
        let bound = NIOLoopBound(edge, eventLoop: loop)
        loops.withLock { $0.append(bound) }
    }

    func flushLogs() async {
        for loop in loops.withLock({ $0 }) { try? await loop.eventLoop.submit { loop.value.flushLogs() }.get() }
    }

    func close() async {
        for loop in loops.withLock({ $0 }) { try? await loop.eventLoop.submit { loop.value.close() }.get() }
    }
}
