import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit

/// A cloud in memory with the manners of the real one: slow, throttling, forgetful right after a creation, failing before
/// or after the effect. It writes down every broken law.
final class SimulatedCloud: ResourceProvider {
    struct Faults: Sendable, Equatable {
        /// Of a hundred mutating calls, how many fail before, and how many after their effect.
        var before = 0
        var after = 0
        /// Of a hundred resources, how many never become ready.
        var broken = 0
        /// Discovery overlooks what is younger.
        var staleness = Duration.zero
        /// The process dies in its n-th mutating call, after the effect.
        var crash: Int?
    }

    struct Object: Sendable {
        var id: String
        var address: Address
        var kind: ResourceKind
        var identity: String
        var changeable: String
        var bornAt: Duration
        var readyAt: Duration
        var isBroken = false
        var goneAt: Duration?

        /// Identity ties it for life, the other value can be turned to something else.
        func refers(to id: String) -> (forLife: Bool, atAll: Bool) {
            let isTied = identity.split(separator: " ").dropFirst().contains { $0 == id }
            return (isTied, isTied || changeable.split(separator: " ").dropFirst().contains { $0 == id })
        }
    }

    struct State {
        var objects: [String: Object] = [:]
        var faults = Faults()
        var broken: [String] = []
        var calls = 0
        var isDead = false
        var nextID = 0
        var generator: SeededGenerator
    }

    struct Dead: Error {}

    private let time: VirtualTime
    let seed: UInt64
    let state: Mutex<State>

    init(time: VirtualTime, seed: UInt64) {
        self.time = time
        self.seed = seed
        state = Mutex(State(generator: SeededGenerator(seed: seed ^ 0x5EED)))
    }

    // MARK: - Durations, the same for an address and an action in every run

    static let actions = (create: 1, update: 2, delete: 3, ready: 4, gone: 5)

    func lasts(_ address: Address, _ action: Int) -> Duration {
        var generator = SeededGenerator(
            seed: address.text.utf8.reduce(seed &+ UInt64(action)) { $0 &* 31 &+ UInt64($1) })
        let range = action <= 3 ? 50...400 : 0...300_000
        return .milliseconds(Int.random(in: range, using: &generator))
    }

    /// Some are born without a setting that only an update can give.
    func isBornUnfinished(_ address: Address) -> Bool { lasts(address, 6) < .seconds(60) }

    // MARK: - Reading

    /// Everything that is not gone.
    var existing: [Object] {
        let now = time.now
        return state.withLock { $0.objects.values.filter { ($0.goneAt ?? .seconds(1 << 40)) > now } }
    }

    func discover(_ graph: ResourceGraph) async throws -> World {
        let now = time.now
        return state.withLock { state in
            var world = World()
            let seen = state.objects.values.filter {
                now - $0.bornAt >= state.faults.staleness && ($0.goneAt ?? .seconds(1 << 40)) > now
            }
            for (address, objects) in Dictionary(grouping: seen, by: \.address) {
                let wanted = graph[address].map { SimulatedSettings.values(of: $0.settings).identity.number }
                func fits(_ object: Object) -> Bool {
                    object.goneAt == nil && Value(object.identity).number == wanted
                }
                let sorted = objects.sorted { fits($0) == fits($1) ? $0.id < $1.id : fits($0) }
                world.resources[address] = sorted.first.map { observed($0, now) }
                world.strays += sorted.dropFirst().map { observed($0, now) }
            }
            world.strays.sort { ($0.address, $0.facts[.id] ?? "") < ($1.address, $1.facts[.id] ?? "") }
            return world
        }
    }

    private func observed(_ object: Object, _ now: Duration) -> Observed {
        let state: Observed.State =
            if object.goneAt != nil { .deleting } else if object.isBroken, now >= object.readyAt {
                .failed("out of capacity")
            } else { now >= object.readyAt ? .ready : .pending("pending") }
        return Observed(
            object.address,
            SimulatedSettings.make(
                object.kind, identity: Value(object.identity), changeable: Value(object.changeable)),
            facts: [.id: object.id], state: state)
    }

    // MARK: - Calls

    /// The way every mutating call goes: a while, perhaps a fault, the effect, perhaps a fault.
    private func call<Result: Sendable>(
        _ lasting: Duration, _ effect: @Sendable (inout State, Duration) throws -> Result
    ) async throws -> Result {
        try await time.sleep(until: time.now + lasting)
        let now = time.now
        return try state.withLock { state in
            guard !state.isDead else { throw Dead() }
            state.calls += 1
            let dice = Int.random(in: 0..<100, using: &state.generator)
            if dice < state.faults.before { throw Report("throttled") }
            let result = try effect(&state, now)
            if state.calls == state.faults.crash {
                state.isDead = true
                throw Dead()
            }
            if dice >= 100 - state.faults.after { throw Report("connection reset") }
            return result
        }
    }

    func create(_ resource: Resource, knowing facts: KnownFacts) async throws -> Observed {
        try await call(lasts(resource.address, Self.actions.create)) { state, now in
            var (identity, changeable) = try self.resolved(resource, facts, &state, now)
            // What an earlier call has made is found by its tags.
            let existing = state.objects.values.filter { object in
                object.address == resource.address && object.identity == identity && object.goneAt == nil
                    && !object.isBroken
            }.min { $0.id < $1.id }
            if let existing { return self.observed(existing, now) }
            if self.isBornUnfinished(resource.address) { changeable = "unset" }
            state.nextID += 1
            let number = String(state.nextID)
            let object = Object(
                id: "id-" + String(repeating: "0", count: 6 - number.count) + number, address: resource.address,
                kind: resource.kind, identity: identity, changeable: changeable, bornAt: now,
                readyAt: now + self.lasts(resource.address, Self.actions.ready),
                isBroken: Int.random(in: 0..<100, using: &state.generator) < state.faults.broken)
            state.objects[object.id] = object
            return self.observed(object, now)
        }
    }

    func update(_ resource: Resource, from observed: Observed, knowing facts: KnownFacts) async throws -> Observed {
        try await call(lasts(resource.address, Self.actions.update)) { state, now in
            guard let id = observed.facts[.id], var object = state.objects[id], object.goneAt == nil else {
                throw Report("\(resource.address) is not there")
            }
            object.changeable = try self.resolved(resource, facts, &state, now).changeable
            state.objects[id] = object
            return self.observed(object, now)
        }
    }

    func waitUntilReady(
        _ resource: Resource, _ observed: Observed, knowing facts: KnownFacts,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Observed {
        progress("pending")
        guard let id = observed.facts[.id], let object = state.withLock({ $0.objects[id] }) else {
            throw Report("\(resource.address) is not there")
        }
        try await time.sleep(until: max(time.now, object.readyAt))
        let now = time.now
        let result = try state.withLock { state in
            guard !state.isDead else { throw Dead() }
            guard let object = state.objects[id] else { throw Report("\(resource.address) is not there") }
            return self.observed(object, now)
        }
        if case .failed(let reason) = result.state { throw Report("\(resource.address): \(reason)") }
        return result
    }

    func delete(_ observed: Observed, policy: DeletionPolicy) async throws {
        try await call(lasts(observed.address, Self.actions.delete)) { state, now in
            guard let id = observed.facts[.id], var object = state.objects[id], object.goneAt == nil else { return }
            for other in state.objects.values where other.id != id && (other.goneAt ?? .seconds(1 << 40)) > now {
                let (forLife, atAll) = other.refers(to: id)
                // A route may point to nothing for a while; where a part lives must not go under it.
                if self.isLetGo(object, by: other) { continue }
                if forLife || (atAll && !self.mayLeaveFirst(object)) {
                    state.broken.append(
                        "\(object.kind.rawValue) \(object.address) (\(object.id)) was deleted under \(other.kind.rawValue) \(other.address)"
                            + " (\(other.id): \(other.identity), \(other.changeable))")
                }
            }
            object.goneAt = now + self.lasts(observed.address, Self.actions.gone)
            state.objects[id] = object
        }
    }

    /// Set by the test: addresses whose old resource leaves before the new one comes.
    let leavingFirst = Mutex<Set<Address>>([])

    /// Set by the test: the ids of what leaves for good.
    let leaving = Mutex<Set<String>>([])

    /// Whether the tie ends by itself, and nobody is left who would miss it.
    private func isLetGo(_ object: Object, by other: Object) -> Bool {
        DeletionOrder.isLetGo(object.kind, by: other.kind) && leaving.withLock { $0.contains(other.id) }
    }

    private func mayLeaveFirst(_ object: Object) -> Bool { leavingFirst.withLock { $0.contains(object.address) } }

    func waitUntilGone(_ observed: Observed, progress: @escaping @Sendable (String) -> Void) async throws {
        progress("deleting")
        guard let id = observed.facts[.id], let goneAt = state.withLock({ $0.objects[id]?.goneAt }) else { return }
        try await time.sleep(until: max(time.now, goneAt))
        try state.withLock { state in
            guard !state.isDead else { throw Dead() }
            state.objects[id] = nil
        }
    }

    // MARK: - Values

    /// Every reference must lead to something that has reached the moment which was asked for.
    private func resolved(
        _ resource: Resource, _ facts: KnownFacts, _ state: inout State, _ now: Duration
    ) throws -> (identity: String, changeable: String) {
        let values = SimulatedSettings.values(of: resource.settings)
        guard let identity = facts.text(values.identity), let changeable = facts.text(values.changeable) else {
            state.broken.append("\(resource.address) started before it knew its settings")
            throw Report("unknown value")
        }
        for reference in resource.settings.values.flatMap(\.references) {
            let id = facts.facts[reference.address]?[reference.fact] ?? ""
            guard let target = state.objects[id], target.goneAt == nil else {
                throw Report("\(resource.address) refers to \(id), which is not there")
            }
            if reference.moment == .ready, now < target.readyAt || target.isBroken {
                state.broken.append("\(resource.address) started before \(target.address) was ready")
            }
        }
        return (identity, changeable)
    }
}

extension Value {
    /// The number in front of the references.
    fileprivate var number: String? {
        if case .text(let text) = parts.first { text.split(separator: " ").first.map(String.init) } else { nil }
    }
}
