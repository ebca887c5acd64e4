extension Controls {
    /// For people: what fails, each control once; what is waived, by reason; and how many pass. Ends with a newline.
    package var text: String {
        let failed = Controls.joined(failures).map { control, count in
            let others = count > 1 ? " and \(count - 1) more" : ""
            return "  FAILS   \(control.id): \(control.title)  \(control.address)\(others)\n"
                + "            \(control.reason)\n"
        }
        let passes = results.filter { $0.outcome == .passes }.count
        let sum = "  \(passes) pass, \(failures.count) fail, \(results.count - passes - failures.count) waived\n"
        return "security controls, profile \(profile.rawValue)\n" + failed.joined() + waivedText + missingText + sum
    }

    /// One control may be asked of many resources.
    private static func joined(_ controls: [Control]) -> [(Control, Int)] {
        controls.reduce(into: []) { rows, control in
            let index = rows.firstIndex { $0.0.id == control.id && $0.0.reason == control.reason }
            if let index { rows[index].1 += 1 } else { rows.append((control, 1)) }
        }
    }

    private var missingText: String {
        guard let first = missing.first else { return "" }
        let others = missing.count > 1 ? " and \(missing.count - 1) more of the plan do not exist" : " does not exist"
        return "  nothing is asked of what is not there: \(first)\(others)\n"
    }

    private var waivedText: String {
        let waived = results.filter(\.isWaived)
        let reasons = waived.map(\.reason).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return reasons.map { reason in
            let ids = waived.filter { $0.reason == reason }.map(\.id)
            let each = ids.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return "  waived  \(each.joined(separator: ", "))\n            \(reason)\n"
        }.joined()
    }
}

extension Control {
    package var isWaived: Bool { if case .waived = outcome { true } else { false } }

    /// Empty for what passes.
    var reason: String {
        switch outcome {
        case .passes: ""
        case .fails(let reason), .waived(let reason): reason
        }
    }
}
