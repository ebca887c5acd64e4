import Stacks

extension Plan {
    /// For people: by tier, one line a change, a sum at the end. Ends with a newline.
    ///
    ///     application
    ///       ~ services.web.tasks.min  2 → 4  starts 2 more tasks
    ///
    ///     1 change takes effect now.
    package var text: String {
        guard !isEmpty else { return "No changes.\n" }
        let tiers = Tier.allCases.compactMap { tier -> String? in
            let lines = changes.filter { $0.tier == tier }
            return lines.isEmpty ? nil : "\(tier.rawValue)\n" + Plan.table(lines)
        }
        return tiers.joined(separator: "\n") + "\n" + summary + "\n"
    }

    private static func table(_ changes: [Change]) -> String {
        let addresses = changes.map(\.address.count).max() ?? 0
        let values = changes.map(\.values.count).max() ?? 0
        return changes.map { change in
            let address = change.address.padded(to: addresses)
            let middle = values == 0 ? "" : "  " + change.values.padded(to: values)
            return "  \(change.kind.mark) \(address)\(middle)  \(change.reason)\n"
        }.joined()
    }

    private var summary: String {
        let words: [(Change.Effect, String, String)] = [
            (.live, "takes effect now", "take effect now"), (.restart, "needs", "need"),
            (.elsewhere, "has no effect on this machine", "have no effect on this machine"),
        ]
        let parts = words.compactMap { effect, one, many -> String? in
            let count = changes.count { $0.effect == effect }
            guard count > 0 else { return nil }
            let rest = effect == .restart ? " `terrace down` and `terrace up`" : ""
            return "\(count) \(count == 1 ? "change" : "changes") \(count == 1 ? one : many)\(rest)"
        }
        return parts.joined(separator: ", ") + "."
    }
}

extension Change {
    fileprivate var values: String {
        switch (old, new) {
        case (nil, nil): ""
        case (let old?, let new?): "\(old.shortened) → \(new.shortened)"
        case (nil, let new?): new.shortened
        case (let old?, nil): old.shortened
        }
    }
}

extension Change.Kind {
    fileprivate var mark: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .replace: "!"
        case .delete: "-"
        }
    }
}

extension String {
    /// A long command or value must not push the reason off the screen.
    fileprivate var shortened: String {
        let flat = String(map { $0.isNewline ? " " : $0 })
        return flat.count > 40 ? flat.prefix(39) + "…" : flat
    }

    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
