import Stacks

/// What `terrace cost --why` prints below the estimate.
package enum LeverText {
    /// Ends with a newline.
    package static func text(_ levers: [Lever]) -> String {
        let names = levers.map(\.name.count).max() ?? 0
        let amounts = levers.flatMap(\.choices).map { shown($0).count }.max() ?? 0
        let blocks = levers.map { lever -> String in
            let indent = String(repeating: " ", count: names + 2)
            let head = CostRow.wrapped(lever.now, label: lever.name.padded(to: names) + "  ", width: 110)
            let choices = lever.choices.map { choice in
                CostRow.wrapped(
                    choice.what + (choice.missing.map { "; cannot be told: \($0)" } ?? ""),
                    label: indent + shown(choice).leftPadded(to: amounts) + "  ", width: 110)
            }
            let remarks = lever.remarks.map { CostRow.wrapped($0, label: indent, width: 110) }
            return ([head] + choices + remarks).joined(separator: "\n")
        }
        return "what would change it, at this usage, in the expected column\n\n" + blocks.joined(separator: "\n\n")
            + "\n"
    }

    private static func shown(_ choice: Lever.Choice) -> String { choice.change.map(signed) ?? "?" }

    private static func signed(_ change: Dollars) -> String {
        change > .zero ? "+\(change)" : change.description
    }
}
