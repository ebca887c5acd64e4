package import Resources
package import Stacks

/// What a month of the stack costs, for the drawing's head.
package struct DiagramPrices: Sendable, Equatable {
    /// Of the whole stack.
    package var total: Dollars
    /// By group; a group that costs nothing may be missing.
    package var groups: [ResourceGroup: Dollars]

    package init(total: Dollars, groups: [ResourceGroup: Dollars]) {
        self.total = total
        self.groups = groups
    }

    /// `network $99.11, data $131.40`: by tier as everywhere.
    var words: String {
        ResourceGroup.allCases.compactMap { group in groups[group].map { "\(group.rawValue) \($0)" } }
            .joined(separator: ", ")
    }
}
