import AWSTarget
import AWSWire
import PeerKit
import Plans
import Provisioning
import Resources
import Stacks
import Testing

/// An AWS account of its own, and the target that works in it.
struct TargetWorld: Sendable {
    let target: AWSTarget
    /// Another run in the same account, which knows nothing of what the first one saw.
    let secondTarget: AWSTarget
    let cloud: AWSCloudStack
    let time: Timekeeper
    let client: AWSClient
    let server: MotoServer

    /// So long a test may use its account; one that waits for what never comes says so.
    private static let limit = Duration.seconds(300)

    /// - Parameters:
    ///   - faults: what a proxy between the target and the account does to calls, drawn by `seed`.
    ///   - zones: domains whose DNS the account holds.
    static func with(
        _ stack: String = "guestbook", region: String = "us-east-1", faults: FaultRates = FaultRates(),
        seed: UInt64 = 1, zones: [String] = [],
        observing: @escaping @Sendable (_ service: String, _ operation: String) -> Void = { _, _ in },
        _ body: @escaping @Sendable (TargetWorld) async throws -> Void
    ) async throws {
        try await ServerPool.shared.lend { server in
            for zone in zones { try await server.makeZone(zone) }
            let proxy = FaultProxy(to: server.port, faults: faults, seed: seed)
            let transport = HTTPTransport()
            let result: Result<Void, any Error>
            do {
                let world = try await TargetWorld(
                    server, port: try await proxy.start(), stack, region, transport, observing)
                try await ends(within: limit) { try await body(world) }
                result = .success(())
            } catch {
                result = .failure(error)
                if !server.complaints.isEmpty { Issue.record("\(server.complaints)") }
            }
            try await transport.shutdown()
            await proxy.stop()
            try result.get()
        }
    }

    private static func ends(
        within limit: Duration, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw PeerFailure("the test has not ended after \(limit)")
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private init(
        _ server: MotoServer, port: Int, _ stack: String, _ region: String, _ transport: HTTPTransport,
        _ observing: @escaping @Sendable (_ service: String, _ operation: String) -> Void
    ) async throws {
        var settings = AWSClient.Settings(
            region: region, endpoints: EndpointOverrides(all: "http://127.0.0.1:\(port)"))
        settings.observe = observing
        let credentials = FixedCredentials(
            AWSCredentials(accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("example")))
        let connection = try await AWSConnection(
            settings: settings, credentials: credentials, transport: transport, surroundings: .real)
        let (scope, time) = (StackScope(fullName: stack), Timekeeper(ContinuousClock()))
        target = AWSTarget(connection: connection, scope: scope, time: time)
        secondTarget = AWSTarget(connection: connection, scope: scope, time: time)
        cloud = AWSCloudStack(connection: connection, scope: scope, time: time)
        self.time = time
        client = connection.client
        self.server = server
    }

    /// One resource after the other, in the graph's order, each until it is as desired.
    @discardableResult
    func bringUp(_ graph: ResourceGraph) async throws -> World {
        var world = try await target.discover(graph)
        var facts = KnownFacts(world)
        for resource in graph.resources {
            var observed = world.resources[resource.address]
            if observed == nil { observed = try await target.create(resource, knowing: facts) }
            for _ in 1...2 {
                guard let now = observed, resource.differs(from: now, facts) else { break }
                observed = try await target.update(resource, from: now, knowing: facts)
            }
            if let now = observed, now.state != .ready {
                observed = try await target.waitUntilReady(resource, now, knowing: facts) { _ in }
            }
            facts.facts[resource.address] = observed?.facts
            world.resources[resource.address] = observed
        }
        return world
    }

    /// What a plan would still do, one line for each step.
    func remaining(_ graph: ResourceGraph) async throws -> [String] {
        let world = try await target.discover(graph)
        let plan = ResourcePlanner.plan(graph, world)
        let changes = plan.changes.map { change in
            let fields = change.fields.map { "\($0.name): \($0.old) → \($0.new)" }.joined(separator: "; ")
            return "\(change.action.name.rawValue) \(change.address) \(fields)"
        }
        return changes + plan.refusals.map(\.what) + world.strays.map { "stray \($0.address)" }
    }

    /// Everything, against the graph's order.
    func tearDown(_ graph: ResourceGraph, policy: DeletionPolicy = .deleteData) async throws {
        let world = try await target.discover(graph)
        for resource in graph.resources.reversed() {
            guard let observed = world.resources[resource.address] else { continue }
            try await target.delete(observed, policy: policy)
            try await target.waitUntilGone(observed) { _ in }
        }
    }
}

extension Resource {
    /// Whether an update has something to do, by its settings and its tags.
    fileprivate func differs(from observed: Observed, _ facts: KnownFacts) -> Bool {
        let graph = ResourceGraph([Resource(address, settings.resolved(knowing: facts), tags: tags, place: place)])
        var world = World()
        world.resources[address] = observed
        return !ResourcePlanner.plan(graph, world).changes.isEmpty
    }
}
