import Resources
import Stacks
import Testing

@testable import Costs

/// What was found elsewhere is said of prices that there are, and never of one that was worked out.
struct FoundPriceTests {
    /// Of all but the classes of servers, and of those.
    private static let counts = [
        "us-east-1": (38, 16), "us-west-2": (33, 3), "eu-west-1": (33, 3), "eu-central-1": (31, 2),
        "ap-northeast-1": (32, 3), "ap-southeast-2": (28, 1),
    ]

    @Test(arguments: PriceSnapshot.regions) func everyFoundPriceIsOfTheSnapshot(region: String) throws {
        let prices = try #require(PriceSnapshot.list(for: region)).prices
        var (found, servers) = (0, 0)
        for (item, price) in prices {
            switch price.source {
            case .found: if case .serverHour = item { servers += 1 } else { found += 1 }
            case .derived: #expect(FoundPrices.place(of: item, in: region) == nil, "\(item) in \(region)")
            case .list: Issue.record("\(item) in \(region) is of AWS's list")
            }
        }
        // docs/proof-price-exports.md tells these numbers.
        let counts = try #require(Self.counts[region])
        #expect((found, servers) == counts)
    }

    /// What is taken from another region is what was found there, and every class that was found in both costs the same. Those of Tokyo
    /// and Seoul are alike, so that one stands for the other.
    @Test(arguments: [
        ("us-west-2", "us-east-1", [""]), ("ap-southeast-2", "ap-northeast-1", [""]),
        ("eu-central-1", "ap-northeast-1", ["db.r5", "db.r6", "db.r7", "db.r8"]),
    ])
    func aRegionLikeAnotherIsLikeItInEveryClass(region: String, other: String, families: [String]) throws {
        let (one, two) = (try #require(PriceSnapshot.list(for: region)), try #require(PriceSnapshot.list(for: other)))
        for (item, price) in one.prices {
            guard case .serverHour(let name) = item, families.contains(where: name.hasPrefix) else { continue }
            #expect(price.each == two[item]?.each, "\(name) in \(region)")
        }
    }

    /// A size that AWS sells for a thousandth less than twice the one below is known so where Seoul is the model.
    @Test func aSizeIsWorkedOutFromTheNearestThatIsKnown() throws {
        let (tokyo, virginia) = (
            try #require(PriceSnapshot.list(for: "ap-northeast-1")), try #require(PriceSnapshot.list(for: "us-east-1"))
        )
        #expect(tokyo[.serverHour("db.r6g.4xlarge")]?.each == Dollars("2.506"))
        #expect(
            tokyo[.serverHour("db.r6g.4xlarge")]?.source
                == .derived("the price in Seoul, where db.r5.xlarge, db.r6g.large, db.t4g.medium cost the same"))
        #expect(virginia[.serverHour("db.r6g.8xlarge")]?.each == Dollars("4.152"))
        #expect(
            virginia[.serverHour("db.r6g.8xlarge")]?.source == .derived("4 times the price of db.r6g.2xlarge"))
    }
}
