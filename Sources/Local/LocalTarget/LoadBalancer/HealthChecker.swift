package import NIOCore
package import Stacks
import Streams
import Synchronization
package import TrafficRules

/// Asks every target for its health path on the manifest's beat and tells what changed. All of it happens on one event
/// loop; a target's standing is what the other loops read.
package final class HealthChecker: Sendable {
    package enum News: Sendable, Equatable {
        case healthy
        /// Told at every failed check of a target that is not healthy, and when a healthy one has failed too often.
        case failing(TargetHealth.Failure)
        /// Passes its checks, but so many requests in a row failed that it gets none for this time.
        case ejected(for: Duration, failures: Int)
    }

    /// Told on an event loop.
    package typealias Told = @Sendable (_ task: String, _ news: News) -> Void

    private let eventLoop: any EventLoop
    private let bound: NIOLoopBoundBox<HealthRounds>

    package init(eventLoop: any EventLoop, told: @escaping Told) {
        self.eventLoop = eventLoop
        bound = NIOLoopBoundBox.makeBoxSendingValue(HealthRounds(loop: eventLoop, told: told), eventLoop: eventLoop)
    }

    package func begin(_ target: Target, _ check: HealthCheck, _ speaks: TaskProtocol = .http1) {
        eventLoop.execute { self.bound.value.begin(target, check, speaks) }
    }

    /// Counts from the next check on.
    package func adopt(_ check: HealthCheck, for task: String) {
        eventLoop.execute { self.bound.value.adopt(check, task) }
    }

    package func drain(_ task: String) { eventLoop.execute { self.bound.value.drain(task) } }
    package func end(_ task: String) { eventLoop.execute { self.bound.value.end(task) } }

    /// What each target's last checks said, by task.
    package func states() async -> [String: TargetHealth.State] {
        (try? await eventLoop.submit { self.bound.value.states }.get()) ?? [:]
    }

    package func close() async { try? await eventLoop.submit { self.bound.value.close() }.get() }
}

/// The checks under way.
private final class HealthRounds {
    private final class Round {
        let target: Target
        let speaks: TaskProtocol
        var path: String
        var health: TargetHealth
        var timer: Scheduled<Void>?
        var probe: HealthProbe?

        init(_ target: Target, _ check: HealthCheck, _ speaks: TaskProtocol, at now: Duration) {
            self.target = target
            self.speaks = speaks
            path = check.path
            health = TargetHealth(check: check, startedAt: now)
        }
    }

    private let loop: any EventLoop
    private let told: HealthChecker.Told
    private let clock = LoopClock()
    private lazy var pool = UpstreamPool(eventLoop: loop, limits: .init(connect: .seconds(5), idlePerTarget: 0))
    private var rounds: [String: Round] = [:]

    init(loop: any EventLoop, told: @escaping HealthChecker.Told) {
        self.loop = loop
        self.told = told
    }

    var states: [String: TargetHealth.State] { rounds.mapValues(\.health.state) }

    func begin(_ target: Target, _ check: HealthCheck, _ speaks: TaskProtocol) {
        end(target.endpoint.id)
        let round = Round(target, check, speaks, at: clock.monotonic)
        rounds[target.endpoint.id] = round
        schedule(round)
    }

    func adopt(_ check: HealthCheck, _ task: String) {
        guard let round = rounds[task] else { return }
        round.path = check.path
        round.health.adopt(check)
    }

    func drain(_ task: String) {
        guard let round = rounds[task] else { return }
        round.health.drain()
        round.target.standing = .unavailable
        stop(round)
    }

    func end(_ task: String) {
        guard let round = rounds.removeValue(forKey: task) else { return }
        round.target.standing = .unavailable
        stop(round)
        pool.forget(round.target.address)
    }

    func close() {
        for round in rounds.values { stop(round) }
        rounds = [:]
    }

    private func beginsSlowly(_ target: Target, at now: Duration) -> Bool {
        let others = rounds.values.lazy.map(\.target).filter {
            $0 !== target && $0.endpoint.service == target.endpoint.service && $0.standing == .healthy
        }
        return SlowStart.begins(beside: others.map { $0.share(at: now) })
    }

    private func stop(_ round: Round) {
        round.timer?.cancel()
        round.probe?.cancel()
        round.probe = nil
    }

    private func schedule(_ round: Round) {
        guard let next = round.health.nextProbe else { return }
        let delay = max(.zero, next - clock.monotonic)
        round.timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in self?.probe(round) }
    }

    private func probe(_ round: Round) {
        let now = clock.monotonic
        let timeout = round.health.probeBegan(at: now) - now
        let probe = HealthProbe(loop: loop, timeout: TimeAmount(timeout)) { [weak self] result in
            self?.ended(round, result)
        }
        round.probe = probe
        probe.start(over: pool, to: round.target, path: round.path, round.speaks)
    }

    private func ended(_ round: Round, _ result: TargetHealth.ProbeResult) {
        guard rounds[round.target.endpoint.id] === round else { return }
        round.probe = nil
        let now = clock.monotonic
        let change = round.health.probeEnded(result, at: now)
        if change == .becameHealthy { round.target.begins(slowlyAt: beginsSlowly(round.target, at: now) ? now : nil) }
        round.target.standing = round.health.standing
        schedule(round)
        if change == .becameHealthy { told(round.target.endpoint.id, .healthy) }
        if let failure = round.health.state.toldFailure, case .failed = result {
            told(round.target.endpoint.id, .failing(failure))
        }
    }
}

extension TargetHealth.State {
    /// What a target that is not healthy last failed with.
    fileprivate var toldFailure: TargetHealth.Failure? {
        switch self {
        case .initial(let failure): failure
        case .unhealthy(let failure): failure
        case .healthy, .draining: nil
        }
    }
}
