import NIOCore
package import Stacks
import Synchronization
import TrafficRules

/// The cache that all loops share: kept answers, and who waits for which miss. A request that finds its answer in its own
/// loop's `LoopCache` does not come here.
package final class EdgeCache: Sendable {
    typealias Store = CacheStore<KeptBody>

    struct WaiterID: Hashable, Sendable { let number: Int }

    /// What a waiting request is told, on its own loop.
    enum Release: Sendable { case lookAgain, goAlone, lead }

    private struct State {
        /// In memory.
        var store: Store
        /// What is too large for it, on the disk; without a folder there is nothing in it.
        var large: Store
        var flights = CollapsedMisses<WaiterID>()
        var waiters: [WaiterID: @Sendable (Release) -> Void] = [:]
        var lastWaiter = 0
        /// By the operator and by unsafe requests: what was asked for before one is not kept after it.
        var invalidations = RecentInvalidations()
    }

    private let state: Mutex<State>
    private let version = Atomic(0)
    /// Bytes in memory of answers that are on their way into the cache.
    private let arriving = Atomic(0)
    let limits: Limits
    let folder: ObjectFolder?

    package struct Limits: Sendable {
        /// Memory for kept answers, and of one of them.
        package var memory = ByteCount.mebibytes(128)
        package var largestInMemory = ByteCount.mebibytes(8)
        /// The same on the disk, for bodies that are larger. Each holds a descriptor as long as it is kept.
        package var disk = ByteCount.gibibytes(1)
        package var largestOnDisk = ByteCount.mebibytes(256)
        /// Memory for answers that are on their way into the cache, beside what is kept: a client that reads slowly holds its own
        /// back, and many of them may.
        package var arriving = ByteCount.mebibytes(64)

        package init() {}
    }

    /// - Parameter folder: nil when answers beyond `largestInMemory` are passed on and not kept.
    package init(limits: Limits = Limits(), folder: ObjectFolder? = nil) {
        self.limits = limits
        self.folder = folder
        state = Mutex(
            State(
                store: Self.store(of: limits.memory, limits.largestInMemory),
                large: Self.store(of: limits.disk, limits.largestOnDisk)))
    }

    /// A store counts head and key, too, which the limits do not: twice what a head may have is added.
    private static func store(of capacity: ByteCount, _ largestBody: ByteCount) -> Store {
        let largest = ByteCount(bytes: largestBody.bytes + ByteCount.kibibytes(128).bytes)
        return Store(limits: .init(capacity: capacity, largestObject: largest))
    }

    /// Bytes of the largest body that is kept.
    var largestObject: Int { (folder == nil ? limits.largestInMemory : limits.largestOnDisk).bytes }

    /// Moves whenever an answer that a loop may remember is replaced or given up.
    var generation: Int { version.load(ordering: .acquiring) }

    package struct Counts: Sendable {
        package var objects = 0
        /// In memory.
        package var bytes = 0
        package var diskBytes = 0
        package var evictions = 0
        /// In memory, on their way into the cache.
        package var arrivingBytes = 0
    }

    package var counts: Counts {
        let (memory, disk) = state.withLock { ($0.store.counts, $0.large.counts) }
        return Counts(
            objects: memory.objects + disk.objects, bytes: memory.bytes, diskBytes: disk.bytes,
            evictions: memory.evictions + disk.evictions, arrivingBytes: arriving.load(ordering: .relaxed))
    }

    func find(_ key: CacheKey, for request: HeaderFields) -> Store.Hit? {
        state.withLock { state in
            // Nearly every question is about something that is not there, and that is told sooner.
            if state.store.has(key), let hit = state.store.find(key, for: request) { return hit }
            return state.large.has(key) ? state.large.find(key, for: request) : nil
        }
    }

    /// - Parameter epoch: `epoch` when the answer was asked for.
    func store(_ response: StoredResponse, body: KeptBody, for key: CacheKey, since epoch: Int) {
        state.withLock { state in
            guard !state.invalidations.has(key, since: epoch) else { return }
            // One variant is in one of the two, whatever its size was before.
            switch body {
            case .memory:
                state.large.removeVariants(replacedBy: response, of: key)
                state.store.store(response, body: body, bodyBytes: body.count, for: key)
            case .file:
                state.store.removeVariants(replacedBy: response, of: key)
                state.large.store(response, body: body, bodyBytes: body.count, for: key)
            }
        }
        moved()
    }

    var epoch: Int { state.withLock { $0.invalidations.epoch } }

    /// Removes every answer whose path and query match one of the patterns; how many there were.
    func invalidate(_ patterns: [WildcardPattern]) -> Int {
        func matches(_ key: CacheKey) -> Bool { patterns.contains { key.matches($0) } }
        let count = state.withLock { state in
            state.invalidations.noteAll()
            return state.store.remove(where: matches) + state.large.remove(where: matches)
        }
        moved()
        return count
    }

    /// As `remove`, for what has changed: nor is anything kept that was asked for before.
    func invalidate(_ keys: [CacheKey]) {
        if keys.isEmpty { return }
        state.withLock { state in
            for key in keys { state.invalidations.note(key) }
        }
        remove(keys)
    }

    /// False when there is no room for so much more on its way.
    func reserve(_ bytes: Int) -> Bool {
        guard arriving.wrappingAdd(bytes, ordering: .relaxed).newValue > limits.arriving.bytes else { return true }
        free(bytes)
        return false
    }

    /// More than half of the room for what is on its way is taken.
    var isCrowded: Bool { arriving.load(ordering: .relaxed) > limits.arriving.bytes / 2 }

    func free(_ bytes: Int) { arriving.wrappingSubtract(bytes, ordering: .relaxed) }

    func refresh(_ response: StoredResponse, of old: StoredResponse, for key: CacheKey) {
        state.withLock {
            $0.store.refresh(response, of: old, for: key)
            $0.large.refresh(response, of: old, for: key)
        }
        moved()
    }

    func remove(_ keys: [CacheKey]) {
        if keys.isEmpty { return }
        let removed = state.withLock { state in
            keys.map { key in
                let wasInMemory = state.store.remove(key)
                return state.large.remove(key) || wasInMemory
            }.contains(true)
        }
        if removed { moved() }
    }

    // MARK: One request for concurrent misses

    enum Place {
        case lead, alone, uncacheable
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
            case .uncacheable: return .uncacheable
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

/// The content of a kept answer.
enum KeptBody: Sendable {
    case memory(ByteBuffer)
    case file(KeptFile)

    var count: Int {
        switch self {
        case .memory(let bytes): bytes.readableBytes
        case .file(let file): file.count
        }
    }
}
