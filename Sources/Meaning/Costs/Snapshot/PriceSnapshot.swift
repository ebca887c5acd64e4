import Stacks

/// The prices that are part of this program, so that an estimate needs no account and no network.
///
/// As known in November 2026. Each either was found in a copy of AWS's pricing pages or of its price list, on a bill or in a document that
/// cites them, of which `FoundPrices` has the places, or is worked out from such prices, and says how: those with `~`, and those of
/// items that cost the same in each region where they were found.
package enum PriceSnapshot {
    /// The order of the columns in every table.
    package static let regions = [
        "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2",
    ]
    package static let date = "2026-11"

    static let rows = network + application + data + servers + edge + operations

    package static func list(for region: String) -> PriceList? {
        guard let column = regions.firstIndex(of: region) else { return nil }
        let prices = rows.map { ($0.item, $0.price(column)) }
        return PriceList(region: region, date: date, prices: Dictionary(prices) { first, _ in first })
    }
}

/// One item in every region.
struct PriceRow: Sendable {
    var item: PriceItem
    var key: PriceKey
    var unit: PriceUnit
    /// Dollars for one unit, a word for each region: `0.045`, `~0.145` for a derived one. Steps are joined by `/`, and where they begin
    /// is in `steps`.
    var prices: [String]
    /// Units from which the second, third, … step counts.
    var steps: [Int] = []
    /// Complete "derived: …" for the prices with `~`, one for each region.
    var derivations: [String]
    /// How the steps behind the first are worked out; nil where they were found.
    var laterSteps: String?

    init(
        _ item: PriceItem, _ key: PriceKey, _ unit: PriceUnit, _ prices: String, steps: [Int] = [],
        derivations: [String], laterSteps: String? = nil
    ) {
        (self.item, self.key, self.unit) = (item, key, unit)
        self.prices = prices.split(separator: " ").map(String.init)
        (self.steps, self.derivations, self.laterSteps) = (steps, derivations, laterSteps)
        precondition(self.prices.count == PriceSnapshot.regions.count, "\(item) has \(self.prices.count) prices")
    }

    /// - Parameter derivation: the same for every price with `~`.
    init(
        _ item: PriceItem, _ key: PriceKey, _ unit: PriceUnit, _ prices: String, steps: [Int] = [],
        derivation: String = "", laterSteps: String? = nil
    ) {
        let derivations = PriceSnapshot.regions.map { _ in derivation }
        self.init(item, key, unit, prices, steps: steps, derivations: derivations, laterSteps: laterSteps)
    }

    func price(_ column: Int) -> Price {
        let isDerived = prices[column].hasPrefix("~")
        let figures = prices[column].drop { $0 == "~" }.split(separator: "/").map { Dollars(String($0)) }
        let begins = [Quantity.zero] + steps.map { Quantity($0) }
        precondition(figures.count == begins.count && !figures.contains(nil), "\(item): \(prices[column])")
        return Price(
            key: key, unit: unit,
            steps: zip(begins, figures).compactMap { from, each in each.map { Price.Step(from: from, each: $0) } },
            source: isDerived ? .derived(derivations[column]) : source(column), laterSteps: laterSteps)
    }

    /// A price that stands without a mark was found there, or costs the same in every region where it was.
    private func source(_ column: Int) -> Price.Source {
        if let place = place(column) { return .found(PriceSnapshot.date, place) }
        let elsewhere = prices.indices.filter { place($0) != nil }
        precondition(
            elsewhere.count > 1 && elsewhere.allSatisfy { prices[$0] == prices[column] },
            "\(item) has no origin in \(PriceSnapshot.regions[column])")
        return .derived("the price in the \(elsewhere.count) other regions where it was found")
    }

    private func place(_ column: Int) -> String? { FoundPrices.place(of: item, in: PriceSnapshot.regions[column]) }
}
