package import Resources
package import Stacks

/// Puts prices to resources. The same for what is desired and for what is observed, with the usage of the same stack.
package struct Estimator {
    let assumptions: Assumptions
    let prices: StackPrices
    /// What is priced, with the place that decides whose prices count.
    let resources: [(address: Address, settings: Settings, place: Place)]
    /// For what belongs together, such as a service and its task definition.
    private let settings: [Address: Settings]
    private var drafts: [CostLine] = []
    private var freeResources = 0
    private var missing: [(address: Address, item: PriceItem)] = []

    /// Throws one report that names every price that is not known.
    package static func estimate(
        _ graph: ResourceGraph, of stack: Stack, prices: StackPrices
    ) throws(Report) -> Estimate {
        try estimate(graph.resources.map { ($0.address, $0.settings, $0.place) }, of: stack, prices: prices)
    }

    /// What exists now costs at the stack's usage.
    package static func estimate(
        _ world: World, of stack: Stack, prices: StackPrices
    ) throws(Report) -> Estimate {
        // What a crash left behind is billed, too.
        let found = (Array(world.resources.values) + world.strays).filter { $0.state != .deleting }
        return try estimate(found.map { ($0.address, $0.settings, $0.place) }, of: stack, prices: prices)
    }

    private static func estimate(
        _ resources: [(Address, Settings, Place)], of stack: Stack, prices: StackPrices
    ) throws(Report) -> Estimate {
        let order = Dictionary(ResourceGroup.allCases.enumerated().map { ($1, $0) }) { first, _ in first }
        let sorted = resources.sorted {
            (order[$0.0.group] ?? 0, $0.0.text) < (order[$1.0.group] ?? 0, $1.0.text)
        }
        var estimator = Estimator(sorted, stack, prices)
        for (address, settings, place) in sorted { estimator.price(address, settings, place) }
        if !estimator.missing.isEmpty { throw estimator.missingPrices }
        return Estimate(
            lines: FreeTier.applied(to: estimator.drafts, isUsed: stack.usage.freeTier),
            freeResources: estimator.freeResources)
    }

    private init(_ resources: [(Address, Settings, Place)], _ stack: Stack, _ prices: StackPrices) {
        assumptions = Assumptions(stack)
        self.prices = prices
        self.resources = resources
        settings = Dictionary(resources.map { ($0.0, $0.1) }) { first, _ in first }
    }

    func settings(_ kind: ResourceKind, _ word: String) -> Settings? {
        settings[Address(.application, kind.rawValue, word)]
    }

    private mutating func price(_ address: Address, _ settings: Settings, _ place: Place) {
        let charges = charges(for: settings, at: address)
        if charges.isEmpty { freeResources += 1 }
        // What stands at the edge is billed in us-east-1. A global service's price list has the stack's column.
        let list = place == .edge ? prices.edge : prices.region
        for charge in charges {
            guard let price = list[charge.item] else {
                missing.append((address, charge.item))
                continue
            }
            drafts.append(
                CostLine(
                    address: address, what: charge.what, item: charge.item, price: price,
                    isPricedAtEdge: place == .edge, quantity: charge.quantity,
                    free: Spread(.zero), cost: .zero, note: charge.note))
        }
    }

    private var missingPrices: Report {
        var needed: [(words: String, addresses: [String])] = []
        for (address, item) in missing {
            if let known = needed.firstIndex(where: { $0.words == item.words }) {
                needed[known].addresses.append(address.text)
            } else {
                needed.append((item.words, [address.text]))
            }
        }
        let rows = needed.map { words, addresses in
            "\(words), for \(addresses[0])\(addresses.count == 1 ? "" : " and \(addresses.count - 1) more")"
        }
        let known = prices.region.prices.keys.compactMap { item -> String? in
            if case .serverHour(let name) = item { name } else { nil }
        }.sorted()
        let expected = "known instance classes: \(known.joined(separator: ", "))"
        let isServer = missing.contains { if case .serverHour = $0.item { true } else { false } }
        return Report(
            "\(rows.count == 1 ? "a price is" : "\(rows.count) prices are") not known in \(prices.region.region): "
                + rows.joined(separator: "; "), expected: isServer ? expected : nil,
            state: "nothing was estimated: a sum without it would be wrong without saying so")
    }
}

/// What a resource is billed for, before prices are known.
struct Charge {
    var what: String
    var item: PriceItem
    var quantity: Spread<Quantity>
    var note: String?

    init(_ what: String, _ item: PriceItem, _ quantity: Spread<Quantity>, note: String? = nil) {
        (self.what, self.item, self.quantity, self.note) = (what, item, quantity, note)
    }

    init(_ what: String, _ item: PriceItem, _ quantity: Quantity, note: String? = nil) {
        self.init(what, item, Spread(quantity), note: note)
    }

    /// All the month.
    static func hourly(_ what: String, _ item: PriceItem, _ count: Int = 1, note: String? = nil) -> Charge {
        Charge(what, item, Quantity(count * Assumptions.hours), note: note)
    }

    /// A price without an amount.
    static func unknown(_ what: String, _ item: PriceItem, note: String) -> Charge {
        Charge(what, item, .zero, note: note)
    }
}
