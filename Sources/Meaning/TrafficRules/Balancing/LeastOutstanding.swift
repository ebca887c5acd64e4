/// What balancing needs to know of a target.
package enum Standing: Sendable, Equatable {
    case healthy
    /// Fails its checks, or was ejected for what it answered; used only when no target is healthy.
    case unhealthy
    /// Starting or draining: never used.
    case unavailable
}

/// Chooses the target with the fewest requests under way; among equals the turn goes round, so that an idle stack spreads
/// its requests too.
///
/// When no target is healthy, requests go to all unhealthy ones: an ALB fails open (source: ELBv2 "Health checks for
/// Application Load Balancer target groups", read 2026-11). While a target has not its whole share, the turn goes by share instead, as
/// on an ALB, whose slow start goes with round robin alone. Targets that are only starting are not used: their port may
/// not be open yet, and 503 tells the client more than 502.
package struct LeastOutstanding: Sendable {
    package struct Choice: Sendable, Equatable {
        /// Index of the target.
        package var target: Int
        /// No target was healthy.
        package var failedOpen: Bool
    }

    private var turn = 0
    private var turns = WeightedTurns()

    package init() {}

    /// Nil: answer 503 (`GatewayFailure.noTarget`), or on a second try give the first try's failure.
    /// - Parameters:
    ///   - excluding: the target that has just failed.
    ///   - share: 1...100, `SlowStart.full` for a target that has its whole share.
    package mutating func choose(
        among count: Int, excluding: Int? = nil, standing: (Int) -> Standing,
        share: (Int) -> Int = { _ in SlowStart.full },
        outstanding: (Int) -> Int
    ) -> Choice? {
        guard count > 0 else { return nil }
        func isUsed(_ target: Int) -> Bool { target != excluding && standing(target) == .healthy }
        if (0..<count).contains(where: { isUsed($0) && share($0) < SlowStart.full }) {
            return turns.next(among: count) { isUsed($0) ? share($0) : 0 }.map { Choice(target: $0, failedOpen: false) }
        }
        turn = (turn + 1) % count
        if let target = least(count, excluding, wanted: .healthy, standing, outstanding) {
            return Choice(target: target, failedOpen: false)
        }
        return least(count, excluding, wanted: .unhealthy, standing, outstanding)
            .map { Choice(target: $0, failedOpen: true) }
    }

    private func least(
        _ count: Int, _ excluding: Int?, wanted: Standing, _ standing: (Int) -> Standing, _ outstanding: (Int) -> Int
    ) -> Int? {
        var best: (target: Int, requests: Int)?
        for step in 0..<count {
            let target = (turn + step) % count
            guard target != excluding, standing(target) == wanted else { continue }
            let requests = outstanding(target)
            if best.map({ requests < $0.requests }) ?? true { best = (target, requests) }
        }
        return best?.target
    }
}
