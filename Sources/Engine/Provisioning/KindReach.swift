import Plans
package import Resources

extension ResourceKind {
    /// Whether something of the other kind must be gone before one of this kind can go, at any distance: what stands
    /// between them may be gone already.
    package func isHeld(by other: ResourceKind) -> Bool { KindReach.holders[self]?.contains(other) ?? false }
}

private enum KindReach {
    static let holders: [ResourceKind: Set<ResourceKind>] = {
        var holders: [ResourceKind: Set<ResourceKind>] = [:]
        // In this order everything that must be gone before a kind comes before it.
        for kind in DeletionOrder.kinds {
            let direct = DeletionOrder.before(kind)
            holders[kind] = direct.union(direct.flatMap { holders[$0] ?? [] })
        }
        return holders
    }()
}
