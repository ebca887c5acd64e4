import Resources
import Testing

@testable import Costs

/// What was found elsewhere is said of prices that there are, and never of one that was worked out.
struct FoundPriceTests {
    /// Of all but the classes of servers, and of those.
    private static let counts = [
        "us-east-1": (37, 16), "us-west-2": (32, 3), "eu-west-1": (32, 3), "eu-central-1": (30, 2),
        "ap-northeast-1": (31, 3), "ap-southeast-2": (27, 1),
    ]

    @Test(arguments: PriceSnapshot.regions) func everyFoundPriceIsOfTheSnapshot(region: String) throws {
        let prices = try #require(PriceSnapshot.list(for: region)).prices
        var (found, servers) = (0, 0)
        for (item, price) in prices {
            switch price.source {
            case .found: if case .serverHour = item { servers += 1 } else { found += 1 }
            case .published, .derived, .list: #expect(price.isDerived || FoundPrices.place(of: item, in: region) == nil)
            }
            if price.isDerived { #expect(FoundPrices.place(of: item, in: region) == nil, "\(item) in \(region)") }
        }
        // README tells these numbers.
        let counts = try #require(Self.counts[region])
        #expect((found, servers) == counts)
    }
}
