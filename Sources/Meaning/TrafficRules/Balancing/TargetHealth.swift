package import Stacks

/// The health of one target, as an ALB's target group and an ECS service see it together. Pure: the shell sends a probe
/// when `nextProbe` comes and tells its result.
///
/// As an ALB does (source: ELBv2 "Health checks for Application Load Balancer target groups", read 2026-11):
/// - a new target is healthy after **one** passed check, whatever the threshold;
/// - later, `healthy` passed or `unhealthy` failed checks in a row change the state;
/// - the interval runs from the start of a probe to the start of the next.
///
/// Otherwise than an ALB: while a target has never been healthy and its grace lasts, it is asked every `startInterval`
/// and failures leave it `initial`, so that `up` waits for the application and not for the load balancer.
package struct TargetHealth: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// Has not passed a check yet. `lastFailure` says why, for `status`.
        case initial(lastFailure: Failure?)
        case healthy
        case unhealthy(Failure)
        /// Finishes what it has, gets nothing new.
        case draining
    }

    /// Why a check failed.
    package enum Failure: Sendable, Hashable {
        /// No answer within the check's timeout.
        case timeout
        /// An answer that is not 200.
        case status(Int)
        /// Nobody listens.
        case connectionRefused
        /// The connection ended, or what came was not HTTP.
        case brokenAnswer
        /// A `grpc-status` that is not 0.
        case callStatus(Int)
        /// A gRPC server that says of itself that it does not serve.
        case notServing
    }

    package enum ProbeResult: Sendable, Equatable {
        case passed
        case failed(Failure)

        /// An ALB's default matcher: 200 alone.
        package init(status: Int) { self = status == 200 ? .passed : .failed(.status(status)) }
    }

    package enum Change: Sendable, Equatable {
        case becameHealthy
        case becameUnhealthy(Failure)
        /// It failed `unhealthy` checks in a row outside its grace: start another task in its
        /// place. Told once, and instead of `becameUnhealthy` when both happen at one check.
        case needsReplacement(Failure)
    }

    /// Between checks of a target that is starting.
    package static let startInterval = Duration.milliseconds(100)

    package private(set) var state = State.initial(lastFailure: nil)
    /// When to send the next check, on the clock of `startedAt`. Nil while draining, or while one is under way.
    package private(set) var nextProbe: Duration?

    private var check: HealthCheck
    private let graceEnds: Duration
    private var probeStarted: Duration
    private var passes = 0
    private var failures = 0
    private var failuresOutsideGrace = 0

    /// - Parameter startedAt: when the task was started, on the monotonic clock; the first check is due at once.
    package init(check: HealthCheck, startedAt: Duration) {
        self.check = check
        graceEnds = startedAt + check.grace
        nextProbe = startedAt
        probeStarted = startedAt
    }

    package var standing: Standing {
        switch state {
        case .healthy: .healthy
        case .unhealthy: .unhealthy
        case .initial, .draining: .unavailable
        }
    }

    /// The shell sends a check now. Returns when it counts as timed out.
    package mutating func probeBegan(at now: Duration) -> Duration {
        probeStarted = now
        nextProbe = nil
        return now + check.timeout
    }

    /// A check ended. A result that comes after draining began changes nothing.
    package mutating func probeEnded(_ result: ProbeResult, at now: Duration) -> Change? {
        guard state != .draining else { return nil }
        let change: Change?
        switch result {
        case .passed: change = passed()
        case .failed(let failure): change = failed(failure, at: now)
        }
        nextProbe = max(now, probeStarted + interval(at: now))
        return change
    }

    /// Other limits from the next result on; the state stays.
    package mutating func adopt(_ check: HealthCheck) { self.check = check }

    /// It is being stopped. The shell lets it finish and closes what is left after the drain timeout.
    package mutating func drain() {
        state = .draining
        nextProbe = nil
    }

    private mutating func passed() -> Change? {
        passes += 1
        failures = 0
        failuresOutsideGrace = 0
        switch state {
        case .initial: break
        case .unhealthy: guard passes >= check.healthy else { return nil }
        case .healthy, .draining: return nil
        }
        state = .healthy
        return .becameHealthy
    }

    private mutating func failed(_ failure: Failure, at now: Duration) -> Change? {
        passes = 0
        failures += 1
        if now >= graceEnds { failuresOutsideGrace += 1 }
        let needsReplacement = failuresOutsideGrace == check.unhealthy
        switch state {
        case .initial:
            guard now >= graceEnds, failures >= check.unhealthy else {
                state = .initial(lastFailure: failure)
                return nil
            }
            state = .unhealthy(failure)
            if !needsReplacement { return .becameUnhealthy(failure) }
        case .healthy:
            guard failures >= check.unhealthy else { return nil }
            state = .unhealthy(failure)
            if !needsReplacement { return .becameUnhealthy(failure) }
        case .unhealthy:
            state = .unhealthy(failure)
        case .draining:
            return nil
        }
        return needsReplacement ? .needsReplacement(failure) : nil
    }

    private func interval(at now: Duration) -> Duration {
        guard case .initial = state, now < graceEnds else { return check.interval }
        return min(TargetHealth.startInterval, check.interval)
    }
}

extension TargetHealth.Failure {
    /// Reason codes of `describe-target-health`. An ALB has no code of its own for a refused connection.
    /// Source: ELBv2 API, TargetHealth, read 2026-11.
    package var code: String {
        switch self {
        case .timeout: "Target.Timeout"
        case .status, .callStatus: "Target.ResponseCodeMismatch"
        case .connectionRefused, .brokenAnswer, .notServing: "Target.FailedHealthChecks"
        }
    }

    package var text: String {
        switch self {
        case .timeout: "the request timed out"
        case .status(let status): "health checks failed with status \(status)"
        case .connectionRefused: "nothing listens on the task's PORT (connection refused)"
        case .brokenAnswer: "the connection ended before a complete HTTP answer"
        case .callStatus(let code): "health checks failed with grpc-status \(code)"
        case .notServing: "the server's health service says that it does not serve"
        }
    }
}
