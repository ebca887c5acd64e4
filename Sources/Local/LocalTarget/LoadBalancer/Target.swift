package import NIOCore
import Synchronization
package import TrafficRules

/// A task as the load balancer sees it. Loops read and write what they have in common about it without a lock.
package final class Target: Sendable {
    package let endpoint: TaskEndpoint
    package let address: SocketAddress
    /// What a sticky client's cookie calls it. With its port, because a supervisor that starts anew counts tasks from one again.
    package let pinName: String
    private let standingCode = Atomic<UInt8>(Standing.unavailable.code)
    private let requestsInFlight = Atomic(0)
    private let failuresInRow = Atomic(0)
    /// Nanoseconds on the monotonic clock; 0 for never.
    private let outUntil = Atomic<Int64>(0)
    private let beganSlowly = Atomic<Int64>(0)
    private let slowStartTime = Atomic<Int64>(0)

    package init(_ endpoint: TaskEndpoint, address: SocketAddress) {
        self.endpoint = endpoint
        self.address = address
        pinName = "\(endpoint.id)@\(endpoint.port)"
    }

    /// What its health checks say.
    package var standing: Standing {
        get { Standing(code: standingCode.load(ordering: .relaxed)) }
        set { standingCode.store(newValue.code, ordering: .relaxed) }
    }

    /// What its health checks say, and whether it is ejected.
    func standing(at now: Duration) -> Standing {
        standing == .healthy && isEjected(at: now) ? .unhealthy : standing
    }

    func isEjected(at now: Duration) -> Bool {
        let until = outUntil.load(ordering: .relaxed)
        return until != 0 && until > now.nanoseconds
    }

    func eject(until: Duration) {
        outUntil.store(until.nanoseconds, ordering: .relaxed)
        failuresInRow.store(0, ordering: .relaxed)
    }

    /// How many failures in a row this one makes.
    func failed() -> Int { failuresInRow.wrappingAdd(1, ordering: .relaxed).newValue }

    func succeeded() {
        if failuresInRow.load(ordering: .relaxed) != 0 { failuresInRow.store(0, ordering: .relaxed) }
    }

    /// How long it takes to get its whole share after it came up; nil: no time.
    var slowStart: Duration? {
        get {
            let time = slowStartTime.load(ordering: .relaxed)
            return time == 0 ? nil : .nanoseconds(time)
        }
        set { slowStartTime.store(newValue?.nanoseconds ?? 0, ordering: .relaxed) }
    }

    /// Its share of the requests, in per cent.
    func share(at now: Duration) -> Int {
        let began = beganSlowly.load(ordering: .relaxed)
        return began == 0
            ? SlowStart.full : SlowStart.share(began: .nanoseconds(began), within: slowStart, at: now)
    }

    /// It has become healthy; nil: with its whole share at once.
    func begins(slowlyAt now: Duration?) { beganSlowly.store(now?.nanoseconds ?? 0, ordering: .relaxed) }

    package var inFlight: Int { requestsInFlight.load(ordering: .relaxed) }

    func requestBegan() { requestsInFlight.wrappingAdd(1, ordering: .relaxed) }
    func requestEnded() { requestsInFlight.wrappingSubtract(1, ordering: .relaxed) }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

extension Standing {
    fileprivate var code: UInt8 {
        switch self {
        case .healthy: 0
        case .unhealthy: 1
        case .unavailable: 2
        }
    }

    fileprivate init(code: UInt8) {
        switch code {
        case 0: self = .healthy
        case 1: self = .unhealthy
        default: self = .unavailable
        }
    }
}
