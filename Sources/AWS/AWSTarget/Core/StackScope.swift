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

    package func owns(_ tags: [String: String]) -> Bool { tags[Self.stackTag] == fullName }

    /// Nil for what is not this stack's, and for what carries no place in it.
    package func address(in tags: [String: String]) -> Address? {
        owns(tags) ? tags[Self.addressTag].flatMap(Address.init(tag:)) : nil
    }
}
