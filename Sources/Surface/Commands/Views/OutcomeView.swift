import Provisioning
import Resources
import Stacks

/// What an apply came to: what failed and why, what waits for that, what is left, what stays on purpose.
struct OutcomeView {
    var style: TextStyle

    /// More names than these nobody reads.
    private static let mostNames = 12

    /// The failures, for standard error; empty when there are none.
    func failures(_ outcome: Outcome) -> String {
        outcome.failures.map { ReportView(style: style).text($0.report) }.joined(separator: "\n")
    }

    /// Everything else that is worth a word, one line each.
    func rest(_ outcome: Outcome) -> [String] {
        blocked(outcome) + left(outcome) + kept(outcome) + unkept(outcome)
    }

    /// `41 of 84 changes are done after 3 min 12 s`
    func sum(_ outcome: Outcome) -> String {
        let all = outcome.jobs.count
        return "\(outcome.done) of \(Figures.number(all, "change")) \(all == 1 ? "is" : "are") done after "
            + Figures.elapsed(outcome.duration)
    }

    private func blocked(_ outcome: Outcome) -> [String] {
        let causes = Dictionary(grouping: outcome.blocked, by: \.by)
        return causes.sorted { $0.key < $1.key }.map { cause, blocked in
            "not started, since \(cause) failed: \(names(blocked.map(\.address)))"
        }
    }

    private func left(_ outcome: Outcome) -> [String] {
        outcome.left.isEmpty ? [] : ["left undone: \(names(outcome.left))"]
    }

    private func kept(_ outcome: Outcome) -> [String] {
        outcome.kept.sorted { $0.key < $1.key }.map { "kept: \($0.key), \($0.value)" }
    }

    private func unkept(_ outcome: Outcome) -> [String] {
        outcome.unkept.sorted { $0.key < $1.key }.map {
            style.paint("AWS did not keep what was set: \($0.key) \($0.value.joined(separator: ", "))", .yellow)
        }
    }

    private func names(_ addresses: [Address]) -> String {
        let all = addresses.map(\.text).sorted()
        let rest = all.count - Self.mostNames
        return all.prefix(Self.mostNames).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
