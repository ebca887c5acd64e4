import AWSServices
import AWSWire
import Resources

/// Which of two target groups that take turns has the tasks. A rule leads where they are, whatever else is changed in it.
enum LiveGroup {
    /// For a rule that is made, or that becomes one at which groups take turns; nil for any other, and where nothing says so.
    static func find(
        _ wanted: ListenerRuleSettings.Action, _ found: ListenerRuleSettings.Action?, _ work: Work
    ) async throws -> Value? {
        guard case .turns(let groups) = wanted, wanted != found else { return nil }
        if let led = led(by: found), groups.contains(led) { return led }
        for group in groups.dropFirst() where try await hasTasks(group, work) {
            return try await hasTasks(groups[0], work) ? nil : group
        }
        return nil
    }

    /// Where most requests go.
    private static func led(by action: ListenerRuleSettings.Action?) -> Value? {
        switch action {
        case .forward(let group): group
        case .split(let shares, _): shares.max { $0.weight < $1.weight }?.group
        default: nil
        }
    }

    private static func hasTasks(_ group: Value, _ work: Work) async throws -> Bool {
        let answer = try await work.lookIfThere(ELBv2.DescribeTargetHealthRequest(targetGroupArn: group.text))
        return answer?.targetHealthDescriptions.contains { $0.targetHealth?.state == .healthy } ?? false
    }

    /// Why a rule that is to lead to the first group alone cannot yet: the tasks are in the second, until ECS has brought them home
    /// (`TurnsEnd`). Nil where nothing is in the way.
    static func elsewhere(
        _ wanted: ListenerRuleSettings.Action, _ found: ListenerRuleSettings.Action, _ work: Work
    ) async throws -> String? {
        guard case .forward(let home) = wanted, case .split(let shares, nil) = found,
            shares.contains(where: { $0.group == home })
        else { return nil }
        // The second group is in no graph any more: its tags tell what it is.
        let tags = try await work.elbTags(of: shares.map { ($0.group.text, nil) })
        let addresses = tags.compactMapValues { $0["terrace:address"] }
        guard let first = addresses[home.text],
            let second = shares.first(where: {
                $0.weight > 0 && addresses[$0.group.text] == "\(first).\(StackResources.second)"
            }), try await hasTasks(second.group, work)
        else { return nil }
        return "ECS brings the tasks back to \(first)"
    }
}

extension Search<ListenerRuleSettings> {
    /// Whether target groups take turns at one of them.
    var hasTurns: Bool { items.contains { $0.settings.action.isTurns } }
}
