/// Concurrent misses of one key become one request to the origin. The first one leads, the others wait for its answer.
///
/// Only requests that could store the answer take part: `CacheLookup.mayStore`, and without `Authorization`.
///
/// - The leader's head says that the answer is kept: the waiters go on waiting, then look it up.
/// - It is not kept: the waiters go on their own at once, and for a while nobody waits for that key
///   (`uncacheableMemory`), so that a key that cannot be shared is never served one by one.
/// - The leader fails: the waiter that came first leads. One request at a time bothers an origin in trouble; nobody
///   waits longer than `patience` in all.
/// - The leader takes longer than `patience`, perhaps because its client reads slowly on purpose: those who wait go on their own,
///   and who comes later does not wait at all.
/// - A waiter whose client left is taken out.
package struct CollapsedMisses<Waiter: Hashable & Sendable>: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Per key; who comes later goes on its own.
        package var waiters: Int
        package var patience: Duration
        package var uncacheableMemory: Duration
        /// How many uncacheable keys are remembered; the oldest is forgotten first.
        package var uncacheableKeys: Int

        package init(
            waiters: Int = 1024, patience: Duration = .seconds(5), uncacheableMemory: Duration = .seconds(30),
            uncacheableKeys: Int = 4096
        ) {
            self.waiters = waiters
            self.patience = patience
            self.uncacheableMemory = uncacheableMemory
            self.uncacheableKeys = uncacheableKeys
        }
    }

    package enum Arrival: Sendable, Equatable {
        /// Fetch, and tell by `ended` how it went: `uncacheable` as soon as the head says so, else at the body's end.
        case lead
        /// Wait to be named in an outcome, at most until then; after that call `gaveUp`.
        case wait(until: Duration)
        /// Fetch without telling.
        case alone
        /// Likewise; what came for this key lately was not kept.
        case uncacheable
    }

    package enum Outcome: Sendable, Equatable {
        /// The answer is in the store.
        case stored
        /// The answer is not kept.
        case uncacheable
        /// No answer, an answer cut short, or the leader's client left.
        case failed
    }

    package struct Release: Sendable, Equatable {
        /// These look in the store again; who finds nothing arrives again with `hasWaited`.
        package var lookAgain: [Waiter] = []
        package var goAlone: [Waiter] = []
        /// This one leads now.
        package var lead: Waiter?

        package init(lookAgain: [Waiter] = [], goAlone: [Waiter] = [], lead: Waiter? = nil) {
            (self.lookAgain, self.goAlone, self.lead) = (lookAgain, goAlone, lead)
        }
    }

    private let limits: Limits
    private struct Flight {
        /// When its leader began.
        var began: Duration
        /// First come first.
        var waiting: [Waiter] = []
    }

    private var flights: [CacheKey: Flight] = [:]
    private var uncacheable: UncacheableKeys

    package init(limits: Limits = Limits()) {
        self.limits = limits
        uncacheable = UncacheableKeys(capacity: limits.uncacheableKeys)
    }

    package var flightCount: Int { flights.count }

    /// - Parameter hasWaited: it waited once and found nothing that fits, as with `Vary`. It never waits again.
    package mutating func arrive(
        _ waiter: Waiter, for key: CacheKey, hasWaited: Bool = false, at now: Duration
    ) -> Arrival {
        if uncacheable.contains(key, at: now) { return .uncacheable }
        guard let flight = flights[key] else {
            flights[key] = Flight(began: now)
            return .lead
        }
        let end = flight.began + limits.patience
        if hasWaited || now >= end || flight.waiting.count >= limits.waiters { return .alone }
        flights[key]?.waiting.append(waiter)
        return .wait(until: end)
    }

    /// The leader's end. Says what becomes of those who waited.
    package mutating func ended(_ outcome: Outcome, for key: CacheKey, at now: Duration) -> Release {
        guard let flight = flights.removeValue(forKey: key) else { return Release() }
        switch outcome {
        case .stored:
            return Release(lookAgain: flight.waiting)
        case .uncacheable:
            uncacheable.insert(key, until: now + limits.uncacheableMemory)
            return Release(goAlone: flight.waiting)
        case .failed:
            guard let next = flight.waiting.first else { return Release() }
            flights[key] = Flight(began: now, waiting: Array(flight.waiting.dropFirst()))
            return Release(lead: next)
        }
    }

    /// Its patience ended or its client left. False when it had been released before: then that release counts.
    package mutating func gaveUp(_ waiter: Waiter, for key: CacheKey) -> Bool {
        guard let index = flights[key]?.waiting.firstIndex(of: waiter) else { return false }
        flights[key]?.waiting.remove(at: index)
        return true
    }
}

/// Keys whose answers were not kept lately: a ring of bounded size beside a dictionary.
private struct UncacheableKeys: Sendable {
    private let capacity: Int
    private var until: [CacheKey: Duration] = [:]
    private var ring: [CacheKey] = []
    private var next = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    mutating func insert(_ key: CacheKey, until end: Duration) {
        guard until.updateValue(end, forKey: key) == nil else { return }
        if ring.count < capacity {
            ring.append(key)
        } else {
            until[ring[next]] = nil
            ring[next] = key
            next = (next + 1) % capacity
        }
    }

    func contains(_ key: CacheKey, at now: Duration) -> Bool { until[key].map { now < $0 } ?? false }
}
