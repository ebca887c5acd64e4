import Resources
package import Stacks

/// Something that would change the bill, with figures for one stack at its usage.
package struct Lever: Sendable, Equatable, Encodable {
    package struct Choice: Sendable, Equatable, Encodable {
        /// In the manifest's words where it has any.
        package var what: String
        /// Of the expected total a month; below zero where it saves. Nil where it cannot be told.
        package var change: Dollars?
        /// Why it cannot be told; nil where it can.
        package var missing: String?

        init(what: String, _ change: Change) {
            self.what = what
            switch change {
            case .known(let dollars): self.change = dollars
            case .unknown(let reason): missing = reason
            }
        }
    }

    /// What a choice does to the bill.
    enum Change {
        case known(Dollars)
        /// A price that it needs is not there.
        case unknown(String)
    }

    /// `nat`, `spot`
    package var name: String
    /// What stands now.
    package var now: String
    package var choices: [Choice]
    /// From where on a choice pays, and what it costs besides money.
    package var remarks: [String]

    /// The most that one of the choices saves; zero where none does.
    package var saving: Dollars {
        Dollars.zero - min(.zero, choices.compactMap(\.change).min() ?? .zero)
    }
}

/// All levers of a stack, those first that save most.
package struct Levers: Sendable {
    let stack: Stack
    let prices: StackPrices
    let estimate: Estimate

    package static func all(of stack: Stack, prices: StackPrices) throws(Report) -> [Lever] {
        let levers = try Levers(stack, prices)
        let found = [
            levers.nat, levers.spot, levers.processor, levers.database, levers.readers, levers.io, levers.cache,
            levers.logs, levers.addresses, levers.insights,
        ].compactMap { $0 }
        return found.enumerated().sorted { left, right in
            (right.element.saving, left.offset) < (left.element.saving, right.offset)
        }.map(\.element)
    }

    init(_ stack: Stack, _ prices: StackPrices) throws(Report) {
        self.stack = stack
        self.prices = prices
        estimate = try Estimator.estimate(StackResources.graph(of: stack), of: stack, prices: prices)
    }

    // MARK: Words that the levers share

    /// What changing the stack changes about the expected total.
    func change(_ edit: (inout Stack) -> Void) -> Lever.Change {
        var other = stack
        edit(&other)
        return change(to: StackResources.graph(of: other).resources, of: other)
    }

    /// The same for what the manifest has no key for.
    func changeOfSettings(_ edit: (Settings) -> Settings) -> Lever.Change {
        let resources = StackResources.graph(of: stack).resources.map { resource in
            var resource = resource
            resource.settings = edit(resource.settings)
            return resource
        }
        return change(to: resources, of: stack)
    }

    private func change(to resources: [Resource], of other: Stack) -> Lever.Change {
        do {
            let changed = try Estimator.estimate(ResourceGraph(resources), of: other, prices: prices)
            return .known(changed.total.expected - estimate.total.expected)
        } catch {
            return .unknown(error.what)
        }
    }

    /// The remark of a choice that stands for a decision of Terrace's own: what it costs is no secret.
    static let withoutKey = "the manifest has no key for it; what is changed by hand, the next `up` changes back"

    func choice(_ what: String, _ change: Lever.Change) -> Lever.Choice { Lever.Choice(what: what, change) }

    func cost(_ matches: (CostLine) -> Bool) -> Dollars { Estimate.sum(estimate.lines.filter(matches)).expected }

    /// The remark in the place of one that needs prices which are not all known; nil where they are.
    func silence(_ about: String, without items: PriceItem...) -> String? {
        let missing = items.filter { prices.region[$0] == nil }.map(\.words)
        return missing.isEmpty
            ? nil : "\(about) cannot be told: no price is known here of \(missing.joined(separator: ", "))"
    }

    /// Zero for what has no price here: `silence` says so first.
    func each(_ item: PriceItem) -> Dollars { prices.region[item]?.each ?? .zero }
}
