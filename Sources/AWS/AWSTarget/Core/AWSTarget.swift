import AWSWire
package import Provisioning
package import Resources
import Stacks
import Synchronization

/// Carries steps out on AWS: looks up the handler of each kind, lends it what it needs, waits, and makes reports of refusals.
/// Keeps nothing between calls that another run would miss.
package final class AWSTarget: ResourceProvider {
    private let connection: AWSConnection
    private let scope: StackScope
    private let time: Timekeeper
    private let looks: Looks
    private let gatherings = Gatherings()
    /// How each deletion was asked for, since one that is held is asked for again.
    private let farewells = Mutex<[String: Farewell]>([:])

    private struct Farewell {
        var policy: DeletionPolicy
        /// AWS has said that it is gone.
        var isOver = false
    }

    package convenience init(connection: AWSConnection, scope: StackScope, time: Timekeeper) {
        self.init(connection: connection, scope: scope, time: time, looks: Looks())
    }

    /// - Parameter looks: kept by whoever asks beside the target and may share its answers.
    init(connection: AWSConnection, scope: StackScope, time: Timekeeper, looks: Looks) {
        self.connection = connection
        self.scope = scope
        self.time = time
        self.looks = looks
    }

    private func work(_ facts: KnownFacts = KnownFacts()) -> Work {
        Work(
            connection: connection, scope: scope, facts: facts, time: time, looks: looks, gatherings: gatherings,
            oldest: time.elapsed())
    }

    package func discover(_ graph: ResourceGraph) async throws -> World {
        try await reportingRefusals("look at the account") { try await Discovery(graph, work()).world() }
    }

    package func discoverForRemoval(_ graph: ResourceGraph) async throws -> World {
        try await reportingRefusals("look at the account") {
            try await Discovery(graph, work().forRemoval).world()
        }
    }

    package func create(_ resource: Resource, knowing facts: KnownFacts) async throws -> Observed {
        try await reportingRefusals("create \(resource.address)") {
            try await create(handler(for: resource.kind), resource, work(facts))
        }
    }

    package func update(_ resource: Resource, from observed: Observed, knowing facts: KnownFacts) async throws
        -> Observed
    {
        try await reportingRefusals("change \(resource.address)") {
            try await update(handler(for: resource.kind), resource, observed, work(facts))
        }
    }

    package func waitUntilReady(
        _ resource: Resource, _ observed: Observed, knowing facts: KnownFacts,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Observed {
        try await reportingRefusals("bring up \(resource.address)") {
            let wait = Wait(address: resource.address, work: work(facts), progress: progress)
            return try await wait.untilReady(handler(for: resource.kind), observed)
        }
    }

    package func delete(_ observed: Observed, policy: DeletionPolicy) async throws {
        farewells.withLock { $0[observed.key] = Farewell(policy: policy) }
        let handler = handler(for: observed.settings.kind)
        let isHeld = try await reportingRefusals("delete \(observed.address)") {
            do {
                try await handler.delete(observed, policy: policy, work())
            } catch let error as AWSError where HeldAnswer.matches(error) {
                return true
            } catch let error as AWSError where error.kind == .notFound {
                // What was made of it may linger.
            }
            return false
        }
        looks.noteRemoval(at: time.elapsed())
        if !isHeld, !handler.lingers { farewells.withLock { $0[observed.key]?.isOver = true } }
    }

    package func waitUntilGone(_ observed: Observed, progress: @escaping @Sendable (String) -> Void) async throws {
        let farewell = farewells.withLock { $0[observed.key] }
        if farewell?.isOver != true {
            try await reportingRefusals("delete \(observed.address)") {
                let wait = Wait(address: observed.address, work: work(), progress: progress)
                try await wait.untilGone(
                    handler(for: observed.settings.kind), observed, policy: farewell?.policy)
            }
            looks.noteRemoval(at: time.elapsed())
        }
        farewells.withLock { $0[observed.key] = nil }
    }

    // MARK: - One kind

    private func create<Handler: KindHandler>(
        _ handler: Handler.Type, _ resource: Resource, _ work: Work
    ) async throws -> Observed {
        try await handler.create(Order(resource, work))
    }

    private func update<Handler: KindHandler>(
        _ handler: Handler.Type, _ resource: Resource, _ observed: Observed, _ work: Work
    ) async throws -> Observed {
        try await handler.update(Order(resource, work), from: observed)
    }
}

extension Observed {
    /// Two resources may share an address, when one of them is a duplicate.
    fileprivate var key: String { "\(address) \(identity ?? "")" }
}
