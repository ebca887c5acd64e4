/// The order in which slots are given up: the one unused for longest first. A doubly linked list in two arrays, so every
/// step is O(1).
package struct LeastRecentlyUsed: Sendable {
    private static let none = -1

    private var newer: [Int] = []
    private var older: [Int] = []
    private var newest = none
    private var oldest = none

    package init() {}

    /// `slot` is not in the list.
    package mutating func insert(_ slot: Int) {
        while newer.count <= slot {
            newer.append(Self.none)
            older.append(Self.none)
        }
        (newer[slot], older[slot]) = (Self.none, newest)
        if newest == Self.none { oldest = slot } else { newer[newest] = slot }
        newest = slot
    }

    /// `slot` is in the list.
    package mutating func use(_ slot: Int) {
        guard slot != newest else { return }
        remove(slot)
        insert(slot)
    }

    /// `slot` is in the list.
    package mutating func remove(_ slot: Int) {
        let (after, before) = (newer[slot], older[slot])
        if after == Self.none { newest = before } else { older[after] = before }
        if before == Self.none { oldest = after } else { newer[before] = after }
    }

    /// What to give up next; nil when the list is empty.
    package var victim: Int? { oldest == Self.none ? nil : oldest }
}
