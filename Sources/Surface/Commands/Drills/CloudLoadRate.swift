import Stacks

/// How many requests a second a drill's load may send to a stack whose firewall counts them: all come from one address. Pure.
struct CloudLoadRate {
    var firewall: Firewall
    /// Whether the load goes to the edge, where the firewall stands.
    var isThroughEdge: Bool

    /// What a drill sends where nothing limits it.
    static let usual = 50

    /// Four fifths of what one address may send; nil where nothing counts.
    private var most: Int? {
        guard isThroughEdge, let limit = firewall.rateLimit, firewall.allow.isEmpty else { return nil }
        return max(1, Int(Double(limit.requests) / (limit.per / .seconds(1)) * 0.8))
    }

    func rate(_ asked: Int?) throws(Report) -> Int {
        guard let most else { return asked ?? Self.usual }
        guard let asked else { return min(Self.usual, most) }
        guard asked <= most else {
            throw Report(
                "\(asked) requests a second from one address are more than the stack's own firewall lets pass",
                manifest: "edge.firewall.rate-limit", expected: "--rate \(most) or less", state: "nothing was broken",
                next: "or let your address pass: `edge: { firewall: { allow: [ADDRESS] } }`")
        }
        return asked
    }
}
