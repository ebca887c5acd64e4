import Provisioning
import Stacks

/// What is left after a destroy: what stays on purpose, and what should not be there.
struct RemainsView {
    var style: TextStyle

    func text(_ remains: [Remainder], _ outcome: Outcome?, _ stack: Stack) -> String {
        let kept = remains.filter { $0.reason != nil }
        let leftOver = remains.filter { $0.reason == nil }
        let parts = [
            list("kept", kept), list(style.paint("still there", .red), leftOver), sum(kept, leftOver, outcome, stack),
        ]
        return parts.joined()
    }

    private func list(_ title: String, _ remains: [Remainder]) -> String {
        guard !remains.isEmpty else { return "" }
        let rows = remains.map { remainder in
            "  \(remainder.what)  \(remainder.name)" + (remainder.reason.map { "\n      \($0)" } ?? "") + "\n"
        }
        return title + "\n" + rows.joined()
    }

    private func sum(_ kept: [Remainder], _ leftOver: [Remainder], _ outcome: Outcome?, _ stack: Stack) -> String {
        guard leftOver.isEmpty else {
            return "\(stack.fullName) is not gone yet; run the same command again: it continues\n"
        }
        let rest = kept.isEmpty ? "nothing is left" : "nothing is left but what is listed above"
        guard let outcome else { return "nothing of \(stack.fullName) exists: \(rest)\n" }
        return "\(stack.fullName) is gone after \(Figures.elapsed(outcome.duration)): "
            + "\(Figures.number(outcome.done, "resource")) deleted, \(rest)\n"
    }
}
