import Resources
package import Stacks

/// An estimate for people: by tier, a row for each thing that is billed, resources of the same make in one. About 110 columns.
package struct CostText: Sendable {
    private let estimate: Estimate
    private let stack: Stack
    private let prices: StackPrices

    package init(_ estimate: Estimate, of stack: Stack, prices: StackPrices) {
        (self.estimate, self.stack, self.prices) = (estimate, stack, prices)
    }

    /// Ends with a newline.
    package var text: String {
        let head =
            "\(stack.fullName) in \(stack.region), a month of \(Assumptions.hours) hours, in US dollars before taxes\n"
        return [head, table, closing].joined(separator: "\n")
    }

    // MARK: The table

    private var table: String {
        var rows = [CostRow(what: "", amount: "", cells: ["LOW", "EXPECTED", "HIGH"])]
        for group in ResourceGroup.allCases {
            let lines = estimate.lines.filter { $0.group == group }
            guard !lines.isEmpty else { continue }
            rows.append(CostRow(name: group.rawValue, cells: CostRow.cells(Estimate.sum(lines)), isHead: true))
            rows += CostBundle.bundles(lines).flatMap(\.rows)
        }
        rows.append(CostRow(name: "total", cells: CostRow.cells(estimate.total), isHead: true))
        return CostRow.text(rows)
    }

    // MARK: What the figures rest on

    private var closing: String {
        let free = estimate.freeResources
        var parts = [
            ("assumed", assumed), ("columns", columns),
            (
                "free",
                "\(free) more resource\(free == 1 ? " costs" : "s cost") nothing by \(free == 1 ? "itself" : "themselves")"
            ),
            ("left out", Self.leftOut), ("prices", pricesWords),
        ]
        parts += derived.map { ("derived", $0) }
        if let budget = stack.budget { parts.append(("budget", BudgetVerdict(estimate.total, budget: budget).text)) }
        let width = parts.map(\.0.count).max() ?? 0
        return parts.map { label, text in
            CostRow.wrapped(text, label: label.padded(to: width) + "  ", width: 110)
        }.joined(separator: "\n") + "\n"
    }

    private static let leftOut =
        "other traffic between zones, traffic from tasks to the internet, DNS queries, requests to secrets, keys and buckets, release "
        + "tasks and the second set of tasks during a deployment, support, Savings Plans and reservations, "
        + "flat-rate plans of CloudFront"

    private var columns: String {
        "low with the fewest tasks and the least capacity, expected with the average, high with the most; all with the "
            + "same usage"
    }

    private var assumed: String {
        let usage = stack.usage
        var words = [
            "requests \(usage.written(usage.requests))", "egress \(usage.egress)", "uploads \(usage.uploads)",
            "cache-hits \(usage.cacheHits)", "logs \(usage.logs)", "nat \(usage.nat)", "flow-logs \(usage.flowLogs)",
            "images \(usage.images)", "free-tier \(usage.freeTier)",
        ]
        let averages = usage.tasks.sorted { $0.key < $1.key }
            .map { "\($0.key) \(Quantity(millionths: $0.value * 10_000))" }
        words.append(
            "tasks \(averages.isEmpty ? "" : averages.joined(separator: ", ") + ", the others ")a quarter of the way from "
                + "min to max")
        if stack.database != nil {
            let database = usage.database
            words.append(
                "database { storage \(database.storage), io \(usage.written(database.io)), logs \(database.logs) }")
        }
        return words.joined(separator: ", ") + "; `usage:` in the manifest says otherwise"
    }

    private var pricesWords: String {
        let days = Set(
            estimate.lines.compactMap { line -> String? in
                if case .list(let day) = line.price.source { day } else { nil }
            }
        ).sorted()
        let collected = found.map { "as known in \(prices.region.date), \($0)" }
        let lists = days.isEmpty ? nil : "AWS's lists of \(days.joined(separator: ", "))"
        let source =
            switch (lists, collected) {
            case (let lists?, let collected?): "\(lists); the rest \(collected)"
            case (let lists?, nil): lists
            case (nil, let collected): "\(collected ?? ""), which `--refresh` reads"
            }
        return source + "; a discount of your own is not in them"
    }

    /// How many of the snapshot's prices that this estimate uses were seen elsewhere; nil where it uses none.
    private var found: String? {
        var isFound: [PriceKey: Bool] = [:]
        for line in estimate.lines {
            switch line.price.source {
            case .found: isFound[line.price.key] = true
            case .derived: isFound[line.price.key] = false
            case .list: continue
            }
        }
        guard !isFound.isEmpty else { return nil }
        let count = isFound.values.count { $0 }
        let rest = isFound.count - count
        return "\(count) of \(isFound.count) found elsewhere, "
            + (rest == 0 ? "" : "\(rest) worked out from such, ") + "none read off AWS's price list"
    }

    private var derived: [String] {
        var seen: [String: [String]] = [:]
        var order: [String] = []
        for line in estimate.lines {
            guard case .derived(let how) = line.price.source else { continue }
            if seen[how] == nil { order.append(how) }
            if !(seen[how, default: []].contains(line.what)) { seen[how, default: []].append(line.what) }
        }
        return order.map { "\((seen[$0] ?? []).joined(separator: ", ")): \($0)" }
    }
}

extension Usage {
    /// `10M/month`
    fileprivate func written(_ count: Int) -> String {
        for (letter, factor) in [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000)]
        where count >= factor && count % factor == 0 {
            return "\(count / factor)\(letter)/month"
        }
        return "\(count)/month"
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
