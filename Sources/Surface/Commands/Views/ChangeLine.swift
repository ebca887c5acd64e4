import Provisioning
import Resources
import Stacks

/// One event of an apply as a line, for logs and pipes: `   12 s  network.vpc  created after 1.2 s`.
struct ChangeLine {
    var style: TextStyle
    /// Of the longest address.
    var width: Int

    /// Nil for what would only repeat itself.
    func text(_ event: ApplyEvent) -> String? {
        guard let words = words(event) else { return nil }
        let time = Figures.elapsed(event.at)
        let margin = String(repeating: " ", count: max(0, 10 - time.count))
        return "\(margin)\(style.dim(time))  \(event.address.text.padding(to: width))  \(words)"
    }

    private func words(_ event: ApplyEvent) -> String? {
        let words = ChangeWords(action: event.action)
        let time = event.elapsed.map { " after \(Figures.elapsed($0))" } ?? ""
        switch event.happening {
        // What waits says for what, a moment later.
        case .started: return event.action == .settle ? nil : words.doing
        case .waiting(let reason): return "waits: \(reason.printable)"
        case .identified: return nil
        case .ready: return style.paint(words.done, .green) + time
        case .exists: return "\(words.done), not waited for"
        case .failed(let report): return style.paint("failed", .red) + "\(time): \(report.what.printable)"
        case .kept(let reason): return style.paint("kept", .yellow) + ": \(reason)"
        case .blocked(let cause): return style.paint("not started", .yellow) + ": needs \(cause)"
        case .left: return "left undone"
        }
    }
}
