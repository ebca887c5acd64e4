/// The share of a task that came up not long ago. As an ALB: it grows linearly, and a task begins slowly only when another one is there to
/// take the rest. Source: ELBv2 "Slow start mode", read 2026-11.
package enum SlowStart {
    /// Whole shares.
    package static let full = 100

    /// Whether a task that has just become healthy begins with a small share.
    /// - Parameter others: the shares of the service's other healthy tasks.
    package static func begins(beside others: some Sequence<Int>) -> Bool { others.contains { $0 >= full } }

    /// 1...100.
    /// - Parameter began: when it became healthy; nil for a task that had its whole share at once.
    package static func share(began: Duration?, within time: Duration?, at now: Duration) -> Int {
        guard let began, let time, now < began + time else { return full }
        return max(1, Int((now - began) / time * Double(full)))
    }
}
