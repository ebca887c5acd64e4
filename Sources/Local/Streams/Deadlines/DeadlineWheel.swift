/// Told when its deadline has passed.
package protocol DeadlineOwner: AnyObject { func deadlinePassed() }

/// Deadlines of any number of owners, in the slots of a wheel: setting one and taking it back cost the same however many there are,
/// which is not so for an event loop's own timers, where taking one back looks through all. Time is in ticks; what lies more than one
/// turn ahead shares the slots of what lies in this turn. Source: G. Varghese, T. Lauck, "Hashed and Hierarchical Timing
/// Wheels", SOSP 1987, scheme 6.
package struct DeadlineWheel {
    /// Where a deadline is kept, for as long as it is.
    package struct Place { fileprivate var node: Int32 }

    /// A power of two.
    package static let slots = 1024
    private static let none: Int32 = -1

    private struct Node {
        var tick: Int
        var owner: (any DeadlineOwner)?
        var previous = DeadlineWheel.none
        var next = DeadlineWheel.none
    }

    private var nodes: [Node] = []
    private var spare: [Int32] = []
    private var first = [Int32](repeating: none, count: slots)
    /// A bit for each slot that has a deadline.
    private var taken = [UInt64](repeating: 0, count: slots / 64)
    /// Everything up to here has been handed out.
    private var swept: Int

    /// - Parameter tick: now.
    package init(at tick: Int) { swept = tick }

    /// - Parameter tick: when it passes; one that is over passes with the next tick.
    package mutating func insert(_ owner: any DeadlineOwner, at tick: Int) -> Place {
        let tick = max(tick, swept + 1)
        let slot = tick & (Self.slots - 1)
        var node = Node(tick: tick, owner: owner)
        node.next = first[slot]
        let index: Int32
        if let free = spare.popLast() {
            nodes[Int(free)] = node
            index = free
        } else {
            index = Int32(nodes.count)
            nodes.append(node)
        }
        if node.next != Self.none { nodes[Int(node.next)].previous = index }
        first[slot] = index
        taken[slot >> 6] |= 1 << UInt64(slot & 63)
        return Place(node: index)
    }

    package mutating func remove(_ place: Place) {
        let node = nodes[Int(place.node)]
        let slot = node.tick & (Self.slots - 1)
        if node.next != Self.none { nodes[Int(node.next)].previous = node.previous }
        if node.previous != Self.none {
            nodes[Int(node.previous)].next = node.next
        } else {
            first[slot] = node.next
            if node.next == Self.none { taken[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
        }
        nodes[Int(place.node)].owner = nil
        spare.append(place.node)
    }

    /// Takes out what has passed; its places are no longer any.
    package mutating func passed(at tick: Int) -> [any DeadlineOwner] {
        var owners: [any DeadlineOwner] = []
        // A longer pause than one turn goes over every slot once.
        let from = max(swept, tick - Self.slots)
        swept = max(swept, tick)
        guard from < tick else { return [] }
        for slot in (from + 1...tick).lazy.map({ $0 & (Self.slots - 1) }) {
            var index = first[slot]
            while index != Self.none {
                let node = nodes[Int(index)]
                if node.tick <= tick, let owner = node.owner {
                    owners.append(owner)
                    remove(Place(node: index))
                }
                index = node.next
            }
        }
        return owners
    }

    /// The next tick at which something may pass; nil where nothing is kept. Something of a later turn may be all there is.
    package var nextTick: Int? {
        let start = (swept + 1) & (Self.slots - 1)
        let words = taken.count
        for step in 0...words {
            let word = (start >> 6 + step) % words
            var bits = taken[word]
            // The first word is seen twice: from `start` on at first, and in the end before it.
            if step == 0 { bits &= ~0 << UInt64(start & 63) }
            if step == words { bits &= ~(~0 << UInt64(start & 63)) }
            guard bits != 0 else { continue }
            let slot = word << 6 + bits.trailingZeroBitCount
            return swept + 1 + (slot - start + Self.slots) & (Self.slots - 1)
        }
        return nil
    }

    package var isEmpty: Bool { nodes.count == spare.count }
}
