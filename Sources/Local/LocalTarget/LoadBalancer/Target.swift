package import NIOCore
import Synchronization
package import TrafficRules

/// A task as the load balancer sees it. Loops read its standing and count their requests without a lock.
package final class Target: Sendable {
    package let endpoint: TaskEndpoint
    package let address: SocketAddress
    private let standingCode = Atomic<UInt8>(Standing.unavailable.code)
    private let requestsInFlight = Atomic(0)

    package init(_ endpoint: TaskEndpoint, address: SocketAddress) {
        self.endpoint = endpoint
        self.address = address
    }

    package var standing: Standing {
        get { Standing(code: standingCode.load(ordering: .relaxed)) }
        set { standingCode.store(newValue.code, ordering: .relaxed) }
    }

    package var inFlight: Int { requestsInFlight.load(ordering: .relaxed) }

    func requestBegan() { requestsInFlight.wrappingAdd(1, ordering: .relaxed) }
    func requestEnded() { requestsInFlight.wrappingSubtract(1, ordering: .relaxed) }
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
