package import Drills
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends a plan's visits at their times, however the earlier ones fare, and notes what came of each. A visit that finds no
/// free connection opens one; beyond the limit it waits, and its latency counts from the moment that was planned for it.
package final class VisitorLoad: Sendable {
    /// Connections at once. More would be handshakes that a busy machine has no time for; who finds none waits.
    static let connections = 128
    /// From the sending to the last byte.
    static let patience = TimeAmount.seconds(10)

    private let loop: any EventLoop
    private let bound: NIOLoopBoundBox<Crowd>
    /// The load's time zero.
    package let start: ContinuousClock.Instant

    private init(loop: any EventLoop, crowd: sending Crowd, start: ContinuousClock.Instant) {
        self.loop = loop
        self.start = start
        bound = NIOLoopBoundBox.makeBoxSendingValue(crowd, eventLoop: loop)
    }

    /// Begins at once.
    package static func begin(_ plan: VisitPlan, at target: VisitTarget) -> VisitorLoad {
        let loop = NIOSingletons.posixEventLoopGroup.next()
        let start = ContinuousClock.now
        let load = VisitorLoad(loop: loop, crowd: Crowd(plan, target, loop, start), start: start)
        loop.execute { load.bound.value.sendDue() }
        return load
    }

    /// Sends no more and returns when the last answer is there or given up, with everything that was seen.
    package func end() async -> (outcomes: [VisitOutcome], length: Duration) {
        let length = ContinuousClock.now - start
        let promise = loop.makePromise(of: [VisitOutcome].self)
        loop.execute { self.bound.value.end { promise.succeed($0) } }
        return ((try? await promise.futureResult.get()) ?? [], length)
    }

    /// What was answered, or given up, since `moment`, while the load goes on.
    package func outcomes(since moment: Duration) async -> [VisitOutcome] {
        let promise = loop.makePromise(of: [VisitOutcome].self)
        loop.execute { promise.succeed(self.bound.value.outcomes(since: moment)) }
        return (try? await promise.futureResult.get()) ?? []
    }

    /// One request beside a load: what a visitor gets now.
    package static func visitOnce(_ target: VisitTarget) async -> VisitOutcome {
        let load = begin(VisitPlan(perSecond: 1, writesOfHundred: 0, seed: 0), at: target)
        let outcomes = await load.end().outcomes
        return outcomes.first
            ?? VisitOutcome(Visit(number: 0, kind: .read, at: .zero), latency: .zero, answer: .none("nothing was sent"))
    }
}

/// The visitors of one load. On one event loop.
private final class Crowd {
    private let plan: VisitPlan
    private let target: VisitTarget
    private let loop: any EventLoop
    private let start: ContinuousClock.Instant
    private var next = 0
    private var open = 0
    private var idle: [VisitorConnection] = []
    private var waiting: [Visit] = []
    private var underWay = 0
    private var outcomes: [VisitOutcome] = []
    private var ended: (([VisitOutcome]) -> Void)?
    private var timer: Scheduled<Void>?

    init(_ plan: VisitPlan, _ target: VisitTarget, _ loop: any EventLoop, _ start: ContinuousClock.Instant) {
        self.plan = plan
        self.target = target
        self.loop = loop
        self.start = start
    }

    private var now: Duration { ContinuousClock.now - start }

    /// Everything whose time has come, also when this loop was late.
    func sendDue() {
        guard ended == nil else { return }
        var visit = plan.visit(next)
        while visit.at <= now {
            next += 1
            underWay += 1
            dispatch(visit)
            visit = plan.visit(next)
        }
        let wait = TimeAmount(visit.at - now)
        timer = loop.assumeIsolated().scheduleTask(in: wait) { [self] in sendDue() }
    }

    /// They are in the order of their ends.
    func outcomes(since moment: Duration) -> [VisitOutcome] {
        Array(outcomes.reversed().prefix { $0.end >= moment })
    }

    func end(_ done: @escaping ([VisitOutcome]) -> Void) {
        if next == 0 { sendDue() }
        timer?.cancel()
        ended = done
        finishIfDone()
    }

    private func dispatch(_ visit: Visit) {
        while let connection = idle.popLast() {
            if connection.isUsable { return ask(connection, visit) }
        }
        guard open < VisitorLoad.connections else { return waiting.append(visit) }
        connect(visit)
    }

    private func ask(_ connection: VisitorConnection, _ visit: Visit) {
        connection.ask(visit, within: VisitorLoad.patience) { [self] answer, isFetch, stays in
            if stays, let next = waiting.first {
                waiting.removeFirst()
                ask(connection, next)
            } else if stays {
                idle.append(connection)
            }
            note(visit, answer, isFetch: isFetch)
        }
    }

    private func connect(_ visit: Visit) {
        open += 1
        let connection = VisitorConnection(target)
        let (tls, host) = (target.tls, target.host)
        let bound = NIOLoopBound(connection, eventLoop: loop)
        var bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: host))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(bound.value)
                }
            }
        if let source = source(of: visit), let address = try? SocketAddress(ipAddress: source, port: 0) {
            bootstrap = bootstrap.bind(to: address)
        }
        bootstrap.connect(host: target.address, port: target.port).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel):
                channel.closeFuture.assumeIsolated().whenComplete { [self] _ in closed() }
                ask(connection, visit)
            case .failure(let error):
                note(visit, .none(VisitorConnection.text(error)))
                closed()
            }
        }
    }

    private func source(of visit: Visit) -> String? {
        target.sources.isEmpty ? nil : target.sources[visit.number % target.sources.count]
    }

    private func closed() {
        open -= 1
        if !waiting.isEmpty, open < VisitorLoad.connections { connect(waiting.removeFirst()) }
    }

    private func note(_ visit: Visit, _ answer: VisitOutcome.Answer, isFetch: Bool = false) {
        outcomes.append(VisitOutcome(visit, latency: now - visit.at, answer: answer, isFetch: isFetch))
        underWay -= 1
        finishIfDone()
    }

    private func finishIfDone() {
        guard let done = ended, underWay == 0 else { return }
        for connection in idle { connection.close() }
        idle = []
        done(outcomes)
    }
}
