/// Where a resource stands in the stack: `network.subnet.public-a`. It is written into the resource's tags, so it must stay
/// the same from version to version: a new address is a new resource.
package struct Address: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Lower-case words, digits and `-`, joined by dots; the first is a `ResourceGroup`.
    package let text: String

    package init(_ group: ResourceGroup, _ words: String...) {
        text = ([group.rawValue] + words).joined(separator: ".")
    }

    /// As read from a tag; nil when its first word is no group.
    package init?(tag: String) {
        guard ResourceGroup(rawValue: String(tag.prefix { $0 != "." })) != nil, tag.contains(".") else { return nil }
        text = tag
    }

    package var group: ResourceGroup { ResourceGroup(rawValue: String(text.prefix { $0 != "." })) ?? .operations }
    package var description: String { text }

    package static func < (left: Address, right: Address) -> Bool { left.text < right.text }
}

/// What a plan groups by: the three tiers, the network below them, and what watches over all.
package enum ResourceGroup: String, Sendable, Hashable, CaseIterable, Codable {
    case network, data, application, edge, operations
}
