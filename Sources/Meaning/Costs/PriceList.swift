package import Stacks

/// The prices of one region.
package struct PriceList: Sendable {
    package let region: String
    /// When they were collected, or the day of AWS's own list.
    package let date: String
    package internal(set) var prices: [PriceItem: Price]

    package init(region: String, date: String, prices: [PriceItem: Price]) {
        (self.region, self.date, self.prices) = (region, date, prices)
    }

    package subscript(_ item: PriceItem) -> Price? { prices[item] }
}

/// The prices that an estimate needs: those of the stack's region, and those of us-east-1, where the firewall and its log are
/// whatever the region.
package struct StackPrices: Sendable {
    package var region: PriceList
    package var edge: PriceList

    package init(region: PriceList, edge: PriceList) { (self.region, self.edge) = (region, edge) }

    /// From the snapshot that is part of this program.
    package static func snapshot(for region: String) throws(Report) -> StackPrices {
        guard let prices = PriceSnapshot.list(for: region), let edge = PriceSnapshot.list(for: "us-east-1") else {
            throw Report(
                "no prices are known for the region \(region)",
                expected: "one of \(PriceSnapshot.regions.joined(separator: ", "))",
                state: "nothing was estimated: another region's prices would be wrong without saying so")
        }
        return StackPrices(region: prices, edge: edge)
    }
}
