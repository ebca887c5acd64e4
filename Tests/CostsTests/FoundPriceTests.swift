import Resources
import Testing

@testable import Costs

/// What was found elsewhere is said of prices that there are, and never of one that was worked out.
struct FoundPriceTests {
    @Test(arguments: PriceSnapshot.regions) func everyFoundPriceIsOfTheSnapshot(region: String) throws {
        let prices = try #require(PriceSnapshot.list(for: region)).prices
        var found = 0
        for (item, price) in prices {
            switch price.source {
            case .found: found += 1
            case .published, .derived, .list: #expect(price.isDerived || FoundPrices.place(of: item, in: region) == nil)
            }
            if price.isDerived { #expect(FoundPrices.place(of: item, in: region) == nil, "\(item) in \(region)") }
        }
        #expect(found >= 3)
    }
}
