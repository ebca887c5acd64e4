/// Compares a canary with what served before, as a deployment on this machine does (`CanaryVerdict`): by the rate of errors and by p99, of
/// one minute each.
///
/// Which of the two target groups has the new version no metric says; the one that gets fewer requests is it. While only one of them gets
/// any there is nothing to compare, and no data is no reason.
struct CanaryAlarm {
    let service: String

    private typealias Limits = DeployRules.Canary
    /// The share of `CloudCanary.mostForComparison` is two thirds of the rest. Above it chance decides who has fewer requests.
    private static let timesMore = 1.33

    var definition: AlarmDefinition {
        AlarmDefinition(
            "\(service)-canary", "the new version of \(service) fails more often than the old one, or is slower",
            VersionTurn.allCases.flatMap(figures),
            expression: .sum(worse(.first, than: .second), worse(.second, than: .first)), .atLeast, 1, breaches: 2,
            of: 3)
    }

    private func figures(_ turn: VersionTurn) -> [AlarmDefinition.Figure] {
        [
            .init(.versionErrors(service: service, turn), .sum, id: "errors_\(turn)"),
            .init(.versionRequests(service: service, turn), .sum, id: "requests_\(turn)"),
            .init(.versionLatency(service: service, turn), .percentile(99), id: "p99_\(turn)"),
        ]
    }

    /// Above 0 where `new` has fewer requests than `old` and is worse.
    private func worse(_ new: VersionTurn, than old: VersionTurn) -> AlarmExpression {
        .choice(
            .quotient(requests(old), requests(new)), above: Self.timesMore, .sum(errors(new, old), latency(new, old)),
            .number(0))
    }

    private func errors(_ new: VersionTurn, _ old: VersionTurn) -> AlarmExpression {
        .choice(
            failed(new), above: Double(Limits.errors - 1),
            .choice(
                .difference(rate(new), .product(.number(Limits.rateFactor), rate(old))), above: Limits.rateMargin,
                .number(1), .number(0)), .number(0))
    }

    private func latency(_ new: VersionTurn, _ old: VersionTurn) -> AlarmExpression {
        let margin = Limits.latencyMargin / .seconds(1)
        let isSlower = AlarmExpression.choice(
            .difference(p99(new), .product(.number(Limits.latencyFactor), p99(old))), above: margin, .number(1),
            .number(0))
        return .choice(requests(new), above: Double(Limits.fewestForLatency - 1), isSlower, .number(0))
    }

    private func requests(_ turn: VersionTurn) -> AlarmExpression { .figure("requests_\(turn)") }
    private func p99(_ turn: VersionTurn) -> AlarmExpression { .figure("p99_\(turn)") }
    /// CloudWatch has no figure for a minute without an error.
    private func failed(_ turn: VersionTurn) -> AlarmExpression { .filled(.figure("errors_\(turn)"), 0) }
    private func rate(_ turn: VersionTurn) -> AlarmExpression { .quotient(failed(turn), requests(turn)) }
}
