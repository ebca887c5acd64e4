import NIOCore
import Synchronization

/// Sent through every connection when its listener ends: idle ones close, busy ones finish what they are doing and
/// close then. HTTP/1 clients read `Connection: close`, HTTP/2 clients a GOAWAY.
package struct FarewellEvent: Sendable {
    let busy: BusyConnections

    package init(busy: BusyConnections) { self.busy = busy }
}

/// How many connections still have something to finish.
package final class BusyConnections: Sendable {
    private let number = Atomic(0)

    package init() {}

    package var count: Int { number.load(ordering: .acquiring) }
    func enter() { number.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    func leave() { number.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
}
