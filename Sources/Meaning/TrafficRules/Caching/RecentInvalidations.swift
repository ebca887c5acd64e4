/// When which keys were invalidated, so that an answer that was asked for before is not kept after it: it may tell what was true
/// before a change. Bounded: what is forgotten counts as invalidated, for keeping less is never wrong.
package struct RecentInvalidations: Sendable {
    /// Grows with every invalidation; an answer remembers the one at which it was asked for.
    package private(set) var epoch = 0
    private let capacity: Int
    /// The last epoch of each key.
    private var last: [CacheKey: Int] = [:]
    /// Keys in the order of their epochs; one that came again stands there twice.
    private var order: ArraySlice<(key: CacheKey, epoch: Int)> = []
    /// What was asked for before this one is not told apart any more.
    private var floor = 0

    /// - Parameter capacity: invalidations that are remembered.
    package init(capacity: Int = 1024) { self.capacity = max(1, capacity) }

    package mutating func note(_ key: CacheKey) {
        epoch += 1
        last[key] = epoch
        order.append((key, epoch))
        guard order.count > capacity, let oldest = order.popFirst() else { return }
        floor = oldest.epoch
        if last[oldest.key] == oldest.epoch { last[oldest.key] = nil }
    }

    /// Every key at once.
    package mutating func noteAll() {
        epoch += 1
        floor = epoch
        last = [:]
        order = []
    }

    /// Whether the answer for `key` that was asked for at `epoch` is outdated.
    package func has(_ key: CacheKey, since epoch: Int) -> Bool {
        epoch < floor || (last[key] ?? 0) > epoch
    }
}
