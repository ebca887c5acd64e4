import Stacks

/// The prices that are part of this program, so that an estimate needs no account and no network.
///
/// As known in November 2026: written down from memory of AWS's pricing pages, and corrected where a copy of them, a copy of the
/// price list or a bill says otherwise. `FoundPrices` says which of them were found in such, and where.
/// A price with `~` is worked out from another region's and says how.
package enum PriceSnapshot {
    /// The order of the columns in every table.
    package static let regions = [
        "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2",
    ]
    package static let date = "2026-11"

    static let rows = network + application + data + servers + edge + operations

    package static func list(for region: String) -> PriceList? {
        guard let column = regions.firstIndex(of: region) else { return nil }
        let prices = rows.compactMap { row in row.price(column).map { (row.item, $0) } }
        return PriceList(region: region, date: date, prices: Dictionary(prices) { first, _ in first })
    }
}

/// One item in every region.
struct PriceRow: Sendable {
    var item: PriceItem
    var key: PriceKey
    var unit: PriceUnit
    /// Dollars for one unit, a word for each region: `0.045`, `~0.145` for a derived one, `-` where none is known. Steps are joined by
    /// `/`, and where they begin is in `steps`.
    var prices: String
    /// Units from which the second, third, … step counts.
    var steps: [Int] = []
    /// Complete "derived: …" for the prices with `~`, one for each region.
    var derivations: [String]

    init(
        _ item: PriceItem, _ key: PriceKey, _ unit: PriceUnit, _ prices: String, steps: [Int] = [],
        derivations: [String]
    ) {
        (self.item, self.key, self.unit, self.prices) = (item, key, unit, prices)
        (self.steps, self.derivations) = (steps, derivations)
    }

    /// - Parameter derivation: the same for every price with `~`.
    init(
        _ item: PriceItem, _ key: PriceKey, _ unit: PriceUnit, _ prices: String, steps: [Int] = [],
        derivation: String = ""
    ) {
        let derivations = PriceSnapshot.regions.map { _ in derivation }
        self.init(item, key, unit, prices, steps: steps, derivations: derivations)
    }

    /// Nil where no price is known.
    func price(_ column: Int) -> Price? {
        let words = prices.split(separator: " ")
        precondition(words.count == PriceSnapshot.regions.count, "\(item) has \(words.count) prices")
        guard words[column] != "-" else { return nil }
        let isDerived = words[column].hasPrefix("~")
        let figures = words[column].drop { $0 == "~" }.split(separator: "/").map { Dollars(String($0)) }
        let begins = [Quantity.zero] + steps.map { Quantity($0) }
        precondition(figures.count == begins.count && !figures.contains(nil), "\(item): \(words[column])")
        let derivation = derivations[column]
        precondition(!isDerived || !derivation.isEmpty, "\(item) does not say what its price is derived from")
        return Price(
            key: key, unit: unit,
            steps: zip(begins, figures).compactMap { from, each in each.map { Price.Step(from: from, each: $0) } },
            source: isDerived ? .derived(derivation) : source(PriceSnapshot.regions[column]))
    }

    private func source(_ region: String) -> Price.Source {
        FoundPrices.place(of: item, in: region).map { .found(PriceSnapshot.date, $0) } ?? .published(PriceSnapshot.date)
    }
}
