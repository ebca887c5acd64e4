import NIOCore
package import Stacks
import Synchronization
import TrafficRules

/// The cache that all loops share: kept answers, and who waits for which miss. A request that finds its answer in its own
/// loop's `LoopCache` does not come here.
package final class EdgeCache: Sendable {
    typealias Store = CacheStore<ByteBuffer>

    struct WaiterID: Hashable, Sendable { let number: Int }

    /// What a waiting request is told, on its own loop.
    enum Release: Sendable { case lookAgain, goAlone, lead }

    private struct State {
        var store: Store
        var flights = CollapsedMisses<WaiterID>()
        var waiters: [WaiterID: @Sendable (Release) -> Void] = [:]
        var lastWaiter = 0
    }

    private let state: Mutex<State>
    private let version = Atomic(0)
    let largestObject: Int

    /// - Parameters:
    ///   - capacity: memory for kept answers.
    ///   - largestObject: answers beyond it are passed on and not kept.
    package init(capacity: ByteCount = .mebibytes(128), largestObject: ByteCount = .mebibytes(8)) {
        self.largestObject = largestObject.bytes
        state = Mutex(State(store: Store(limits: .init(capacity: capacity, largestObject: largestObject))))
    }

    /// Moves whenever an answer that a loop may remember is replaced or given up.
    var generation: Int { version.load(ordering: .acquiring) }

    package var counts: (objects: Int, bytes: Int, evictions: Int) {
        state.withLock { ($0.store.counts.objects, $0.store.counts.bytes, $0.store.counts.evictions) }
    }

    func find(_ key: CacheKey, for request: HeaderFields) -> Store.Hit? {
        state.withLock { $0.store.find(key, for: request) }
    }

    func store(_ response: StoredResponse, body: ByteBuffer, for key: CacheKey) {
        _ = state.withLock { $0.store.store(response, body: body, bodyBytes: body.readableBytes, for: key) }
        moved()
    }

    func refresh(_ response: StoredResponse, for key: CacheKey) {
        state.withLock { $0.store.refresh(response, for: key) }
        moved()
    }

    func remove(_ keys: [CacheKey]) {
        let removed = state.withLock { state in keys.map { state.store.remove($0) }.contains(true) }
        if removed { moved() }
    }

    // MARK: One request for concurrent misses

    enum Place {
        case lead, alone
        case wait(WaiterID, until: Duration)
    }

    /// - Parameter released: called at most once, from any thread.
    func arrive(
        for key: CacheKey, hasWaited: Bool, at now: Duration, released: @escaping @Sendable (Release) -> Void
    ) -> Place {
        state.withLock { state in
            state.lastWaiter += 1
            let id = WaiterID(number: state.lastWaiter)
            switch state.flights.arrive(id, for: key, hasWaited: hasWaited, at: now) {
            case .lead: return .lead
            case .alone: return .alone
            case .wait(let until):
                state.waiters[id] = released
                return .wait(id, until: until)
            }
        }
    }

    /// True when the waiter was still waiting: it goes on its own.
    func gaveUp(_ id: WaiterID, for key: CacheKey) -> Bool {
        state.withLock { state in
            state.waiters[id] = nil
            return state.flights.gaveUp(id, for: key)
        }
    }

    func ended(_ outcome: CollapsedMisses<WaiterID>.Outcome, for key: CacheKey, at now: Duration) {
        let calls = state.withLock { state in
            let release = state.flights.ended(outcome, for: key, at: now)
            var calls: [(@Sendable (Release) -> Void, Release)] = []
            func add(_ ids: [WaiterID], _ kind: Release) {
                for id in ids {
                    if let waiter = state.waiters.removeValue(forKey: id) { calls.append((waiter, kind)) }
                }
            }
            add(release.lookAgain, .lookAgain)
            add(release.goAlone, .goAlone)
            add(release.lead.map { [$0] } ?? [], .lead)
            return calls
        }
        for (waiter, kind) in calls { waiter(kind) }
    }

    private func moved() { version.wrappingAdd(1, ordering: .releasing) }
}

/// What one loop has found in the shared cache lately; all of it is forgotten when the shared cache moves on.
struct LoopCache {
    /// Answers that differ by `Vary` stay in the shared cache.
    private static let limit = 1024
    /// Every so many hits the shared cache hears that an answer is still in use.
    private static let reportEvery = 64

    private let shared: EdgeCache
    private var generation: Int
    private var hits: [CacheKey: (hit: EdgeCache.Store.Hit, uses: Int)] = [:]

    init(_ shared: EdgeCache) {
        self.shared = shared
        generation = shared.generation
    }

    mutating func find(_ key: CacheKey, for request: HeaderFields) -> EdgeCache.Store.Hit? {
        let latest = shared.generation
        if latest != generation {
            generation = latest
            hits.removeAll(keepingCapacity: true)
        } else if let index = hits.index(forKey: key) {
            hits.values[index].uses += 1
            if hits.values[index].uses % Self.reportEvery != 0 { return hits.values[index].hit }
        }
        guard let hit = shared.find(key, for: request) else { return nil }
        if hit.response.vary.isEmpty {
            if hits.count >= Self.limit { hits.removeAll(keepingCapacity: true) }
            hits[key, default: (hit, 0)].hit = hit
        }
        return hit
    }
}
