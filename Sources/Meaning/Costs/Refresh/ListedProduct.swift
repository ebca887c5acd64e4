/// A product of AWS's price list with what it costs on demand, as the pricing API tells it.
package struct ListedProduct: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        /// In units: `0`, `10240`.
        package var from: String
        /// In dollars: `0.0450000000`.
        package var each: String

        package init(from: String, each: String) { (self.from, self.each) = (from, each) }
    }

    package var family: String
    /// With the region's letters: `EUC1-NatGateway-Hours`.
    package var usageType: String
    package var operation: String
    /// `2026-11-20`
    package var published: String
    package var steps: [Step]

    package init(family: String, usageType: String, operation: String, published: String, steps: [Step]) {
        (self.family, self.usageType, self.operation) = (family, usageType, operation)
        (self.published, self.steps) = (published, steps)
    }
}

/// One question to the price list: a service, and attributes that must match exactly.
package struct PriceQuery: Sendable, Hashable {
    package var service: String
    /// In an order of their own; a field has one value.
    package var filters: [String: String]

    package init(service: String, filters: [String: String]) { (self.service, self.filters) = (service, filters) }
}

/// Who can be asked for the price list.
package protocol PriceSource: Sendable {
    /// Every product that matches, from all pages.
    func products(_ query: PriceQuery) async throws -> [ListedProduct]
}
