package import Resources
package import Stacks

/// One thing that one resource is billed for in a month.
package struct CostLine: Sendable, Equatable {
    package var address: Address
    /// `NAT gateway`, `vCPU of tasks`
    package var what: String
    package var item: PriceItem
    package var price: Price
    /// Whether us-east-1's prices count, whatever the stack's region.
    package var isPricedAtEdge: Bool
    /// In the price's units.
    package var quantity: Spread<Quantity>
    /// How much of the quantity the account gets for nothing.
    package var free: Spread<Quantity>
    /// To the cent.
    package var cost: Spread<Dollars>
    /// What the figure rests on or leaves out; nil where it speaks for itself.
    package var note: String?

    package var group: ResourceGroup { address.group }

    /// Whether it is a price without an amount: what it will come to cannot be known from a stack.
    package var dependsOnUsage: Bool { quantity.high == .zero && note != nil }
}

/// What a stack costs in a month of 730 hours, in US dollars before taxes.
package struct Estimate: Sendable, Equatable {
    /// By tier as `ResourceGroup` has them, in each by address.
    package var lines: [CostLine]
    /// How many resources cost nothing by themselves.
    package var freeResources: Int

    package init(lines: [CostLine], freeResources: Int) { (self.lines, self.freeResources) = (lines, freeResources) }

    /// The sum of the lines, to the cent as they are: what one sees adds up.
    package var total: Spread<Dollars> { Estimate.sum(lines) }

    package func total(of group: ResourceGroup) -> Spread<Dollars> {
        Estimate.sum(lines.filter { $0.group == group })
    }

    package func total(of address: Address) -> Spread<Dollars> {
        Estimate.sum(lines.filter { $0.address == address })
    }

    package static func sum(_ lines: [CostLine]) -> Spread<Dollars> {
        lines.reduce(.zero) { $0 + $1.cost }
    }
}
