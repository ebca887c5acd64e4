/// The order in which kept answers are given up, so that a crawler that asks for everything once does not push out what is
/// asked for all the time: S3-FIFO. New ones enter a small queue with a tenth of the bytes and leave it by the other end, at most
/// once looked at again; who was used more often by then moves to the main queue, where use buys another round, three at most.
/// Who comes back soon after having been given up goes to the main queue at once.
/// Source: Yang, Zhang, Qiu, Yue, Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023.
package struct ScanResistantOrder: Sendable {
    private enum Place: Sendable { case nowhere, small, main }

    private struct Entry: Sendable {
        var place = Place.nowhere
        var uses: UInt8 = 0
        var bytes = 0
        var key = 0
    }

    /// One of so many parts of the bytes is for those that are new.
    private static let smallShare = 10
    /// More uses than this are not told apart.
    private static let mostUses: UInt8 = 3
    /// So many uses while it is new lead to the main queue.
    private static let usesForMain: UInt8 = 2

    private var entries: [Entry] = []
    // Lists by age of arrival: nothing in them is ever moved by use.
    private var small = LeastRecentlyUsed()
    private var main = LeastRecentlyUsed()
    private var smallBytes = 0
    private var mainBytes = 0
    private var mainCount = 0
    private var gone = RecentlyGone()

    package init() {}

    /// `slot` is in no queue. `key` is what it will be known by when it comes back; `isProven`: it takes the place of one
    /// that was in the main queue.
    package mutating func insert(_ slot: Int, key: Int, bytes: Int, isProven: Bool = false) {
        while entries.count <= slot { entries.append(Entry()) }
        let comesBack = gone.remove(key)
        entries[slot] = Entry(place: .nowhere, uses: 0, bytes: bytes, key: key)
        if isProven || comesBack { enterMain(slot) } else { enterSmall(slot) }
    }

    package mutating func use(_ slot: Int) {
        entries[slot].uses = min(Self.mostUses, entries[slot].uses + 1)
    }

    /// True when it was in the main queue. Nothing happens to one that is in none.
    @discardableResult
    package mutating func remove(_ slot: Int) -> Bool {
        guard slot < entries.count else { return false }
        let place = entries[slot].place
        leave(slot)
        return place == .main
    }

    /// Takes out what to give up next; nil when there is nothing.
    package mutating func victim() -> Int? {
        if smallBytes * Self.smallShare >= smallBytes + mainBytes, let slot = victimOfSmall() { return slot }
        return victimOfMain() ?? victimOfSmall()
    }

    private mutating func victimOfSmall() -> Int? {
        while let slot = small.victim {
            leave(slot)
            guard entries[slot].uses >= Self.usesForMain else {
                gone.insert(entries[slot].key, limit: max(1, mainCount))
                return slot
            }
            entries[slot].uses = 0
            enterMain(slot)
        }
        return nil
    }

    /// Ends: every round takes one use of each.
    private mutating func victimOfMain() -> Int? {
        while let slot = main.victim {
            leave(slot)
            guard entries[slot].uses > 0 else { return slot }
            entries[slot].uses -= 1
            enterMain(slot)
        }
        return nil
    }

    private mutating func enterSmall(_ slot: Int) {
        entries[slot].place = .small
        small.insert(slot)
        smallBytes += entries[slot].bytes
    }

    private mutating func enterMain(_ slot: Int) {
        entries[slot].place = .main
        main.insert(slot)
        mainBytes += entries[slot].bytes
        mainCount += 1
    }

    private mutating func leave(_ slot: Int) {
        switch entries[slot].place {
        case .nowhere: return
        case .small:
            small.remove(slot)
            smallBytes -= entries[slot].bytes
        case .main:
            main.remove(slot)
            mainBytes -= entries[slot].bytes
            mainCount -= 1
        }
        entries[slot].place = .nowhere
    }
}

/// Keys of what was given up lately, as many as the main queue has entries: the paper's ghost queue.
private struct RecentlyGone: Sendable {
    private var order: [Int] = []
    private var first = 0
    /// How often a key stands in `order`; one that came back stays there and counts no more.
    private var waiting: [Int: Int] = [:]

    mutating func insert(_ key: Int, limit: Int) {
        order.append(key)
        waiting[key, default: 0] += 1
        while order.count - first > limit {
            forget(order[first])
            first += 1
        }
        if first > 64, first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
    }

    mutating func remove(_ key: Int) -> Bool { waiting.removeValue(forKey: key) != nil }

    private mutating func forget(_ key: Int) {
        guard let count = waiting[key] else { return }
        waiting[key] = count > 1 ? count - 1 : nil
    }
}
