package import Resources

/// Whose resources these are: what is written into every tag and every derived name.
package struct StackScope: Sendable, Equatable {
    /// `guestbook`, or `guestbook-staging` with an environment.
    package var fullName: String

    package init(fullName: String) { self.fullName = fullName }

    /// The tag that says which stack a resource belongs to.
    package static let stackTag = "terrace:stack"
    /// The tag that says where in the stack it stands.
    package static let addressTag = "terrace:address"

    // What a restore of the database has done so far. A cluster with one of the first two has no place in the stack, unless it is
    // just taking or leaving it, so nothing but a restore and a removal sees it.

    /// On a restored cluster and its servers: of what it is a copy (`RestoreSource.text`).
    package static let copyTag = "terrace:copy"
    /// On what was the database before a restore in place: when the exchange began. It is the database until it has `keptUntilTag`.
    package static let keptTag = "terrace:kept"
    /// Until when it was the database.
    package static let keptUntilTag = "terrace:kept-until"
    /// On a copy: `RestoreOrder.Purpose`.
    package static let purposeTag = DrillRemains.purposeTag
    /// On a copy: `making`, `ready`, or `taking` with the moment at which the exchange began.
    package static let progressTag = "terrace:copy-is"
    /// On a database that was put back: of what it was a copy. No plan looks at it.
    package static let restoredTag = "terrace:restored"
    /// On the same: when it took its place in the stack.
    package static let restoredAtTag = "terrace:restored-at"

    package func owns(_ tags: [String: String]) -> Bool { tags[Self.stackTag] == fullName }

    /// Nil for what is not this stack's, and for what carries no place in it.
    package func address(in tags: [String: String]) -> Address? {
        owns(tags) ? tags[Self.addressTag].flatMap(Address.init(tag:)) : nil
    }

    /// For what restores have made and set aside, which has no place in the stack; nil for everything else.
    package func besideAddress(of kind: ResourceKind, named name: String, _ tags: [String: String]) -> Address? {
        guard owns(tags), tags[Self.addressTag] == nil, tags[Self.copyTag] != nil || tags[Self.keptTag] != nil else {
            return nil
        }
        return Address(.data, kind.rawValue, name)
    }
}
