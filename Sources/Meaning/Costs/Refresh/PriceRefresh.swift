import Resources
package import Stacks

/// The snapshot's prices beside those of AWS's list.
package struct PriceRefresh: Sendable {
    /// A price that the list has otherwise.
    package struct Change: Sendable, Equatable {
        package var region: String
        package var item: PriceItem
        /// From so many units of a month on; zero where the first one already differs.
        package var from: Quantity
        package var old: Dollars
        package var new: Dollars
    }

    /// A price for which the snapshot's stands.
    package struct Unfound: Sendable, Equatable {
        package var region: String
        package var item: PriceItem
        /// Completes "not read: …".
        package var reason: String
    }

    package private(set) var prices: StackPrices
    package private(set) var changes: [Change] = []
    package private(set) var unfound: [Unfound] = []
    package private(set) var count = 0

    /// Asks for what `estimate` uses, question by question.
    ///
    /// - Throws: What the source throws; nothing is half refreshed.
    package init(_ estimate: Estimate, _ prices: StackPrices, from source: any PriceSource) async throws {
        self.prices = prices
        let atEdge = Set(estimate.lines.filter(\.isPricedAtEdge).map(\.item))
        let inRegion = Set(estimate.lines.filter { !$0.isPricedAtEdge }.map(\.item))
        self.prices.region = try await refreshed(prices.region, inRegion, source)
        self.prices.edge = try await refreshed(prices.edge, atEdge, source)
        changes.sort { ($0.region, "\($0.item)") < ($1.region, "\($1.item)") }
        unfound.sort { ($0.region, "\($0.item)") < ($1.region, "\($1.item)") }
    }

    private mutating func refreshed(
        _ list: PriceList, _ items: Set<PriceItem>, _ source: any PriceSource
    ) async throws -> PriceList {
        var questions: [PriceQuery: [PriceItem]] = [:]
        for item in items {
            // Spot has no price in the list: it moves.
            guard let price = list[item], !item.isOfSpot else { continue }
            questions[PriceQuestions.query(for: item, price.key, region: list.region), default: []].append(item)
        }
        var list = list
        for (query, items) in questions {
            let products = try await source.products(query)
            for item in items { take(item, from: products, into: &list) }
        }
        list.deriveSpot()
        return list
    }

    private mutating func take(_ item: PriceItem, from products: [ListedProduct], into list: inout PriceList) {
        guard let old = list[item] else { return }
        let region = list.region
        let note = { (reason: String) in Unfound(region: region, item: item, reason: reason) }
        guard let product = PriceQuestions.product(for: old.key, among: products) else {
            unfound.append(note("no single product of \(old.key.service) has usage type \(old.key.usageType)"))
            return
        }
        guard let new = product.price(old.key, old.unit) else {
            unfound.append(note("\(product.usageType) has a price that cannot be read"))
            return
        }
        // A unit that changed would otherwise be a bill a thousand times as high.
        guard new.each.billionths <= old.each.billionths * 4, old.each.billionths <= new.each.billionths * 4 else {
            unfound.append(
                note(
                    "\(product.usageType) costs \(new.each.exact), too far from \(old.each.exact) to be for the same unit"
                ))
            return
        }
        count += 1
        if let from = old.firstDifference(from: new) {
            changes.append(
                Change(
                    region: list.region, item: item, from: from, old: old.each(behind: from),
                    new: new.each(behind: from)))
        }
        list.set(item, new)
    }

    /// Lines for people; ends with a newline.
    package var text: String {
        let differ =
            changes.isEmpty
            ? "all as in the snapshot" : "\(changes.count) differ\(changes.count == 1 ? "s" : "") from the snapshot"
        var lines = ["\(count) price\(count == 1 ? "" : "s") read from AWS's list; \(differ)"]
        lines += changes.map {
            let step = $0.from > .zero ? " from \($0.from) on" : ""
            return "  \($0.region)  \($0.item.words)\(step): \($0.old.exact) in the snapshot, \($0.new.exact) now"
        }
        lines += unfound.map { "  \($0.region)  \($0.item.words) not read: \($0.reason); the snapshot's price stands" }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension PriceList {
    mutating func set(_ item: PriceItem, _ price: Price) { prices[item] = price }

    /// Three tenths of what tasks cost on demand, whatever that is now.
    mutating func deriveSpot() {
        let pairs = [TaskDefinitionSettings.Architecture.x86, .arm].flatMap {
            [(PriceItem.spotCPUHour($0), PriceItem.taskCPUHour($0)), (.spotMemoryHour($0), .taskMemoryHour($0))]
        }
        for (spot, demand) in pairs {
            guard var price = prices[spot], let base = prices[demand] else { continue }
            price.steps = base.steps.map {
                Price.Step(from: $0.from, each: Dollars(billionths: $0.each.billionths * 3 / 10))
            }
            prices[spot] = price
        }
    }
}

extension PriceItem {
    fileprivate var isOfSpot: Bool {
        switch self {
        case .spotCPUHour, .spotMemoryHour: true
        default: false
        }
    }
}
