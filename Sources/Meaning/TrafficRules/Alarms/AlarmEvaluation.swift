package import Stacks

/// As CloudWatch calls them.
package enum AlarmState: String, Codable, Sendable, Hashable, CaseIterable {
    case ok = "OK"
    case alarm = "ALARM"
    case insufficientData = "INSUFFICIENT_DATA"
}

/// What an alarm's last periods say, by CloudWatch's rules. Source: "Configuring how CloudWatch alarms treat missing data" with its two
/// tables, read 2026-11; where it leaves open what one young breach among missing periods means (`- - - - X`), the table of its edition of
/// 2019 says it: no alarm, insufficient data.
package struct AlarmEvaluation: Sendable, Equatable {
    /// More than are needed, so that missing ones can be made up for. CloudWatch's own examples look at 5 for 3.
    static let spare = 2

    let definition: AlarmDefinition

    package init(_ definition: AlarmDefinition) { self.definition = definition }

    /// How many periods are looked at.
    package var range: Int { definition.periods + Self.spare }

    /// - Parameter values: of the last periods, the newest last; nil is missing. More than `range` are ignored, as are fewer filled up.
    package func state(after values: [Double?], now state: AlarmState) -> AlarmState {
        let shown = values.suffix(range)
        let seen = Array(repeating: nil, count: range - shown.count) + shown
        let breached = seen.map { $0.map(definition.isBreached) }
        let real = breached.compactMap { $0 }.suffix(definition.periods)
        let breaches = real.count { $0 }
        let missing = definition.periods - real.count
        guard missing > 0 else { return breaches >= definition.breaches ? .alarm : .ok }
        switch definition.missing {
        case .breaching: return breaches + missing >= definition.breaches ? .alarm : .ok
        case .notBreaching: return breaches >= definition.breaches ? .alarm : .ok
        case .missing, .ignore: break
        }
        if breaches >= definition.breaches { return .alarm }
        if real.contains(false) { return .ok }
        if definition.missing == .ignore { return state }
        // One breach that nothing has contradicted since counts once it is as old as an alarm would take.
        let age = breached.firstIndex { $0 != nil }.map { breached.count - $0 } ?? 0
        return age >= definition.breaches ? .alarm : .insufficientData
    }
}
