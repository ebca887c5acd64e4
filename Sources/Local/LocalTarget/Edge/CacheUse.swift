import Stacks
import TrafficRules

/// How a kept answer comes to be a request's.
enum CacheUse {
    /// It was there.
    case found
    /// It came for a request that this one waited for, instead of being forwarded for this reason.
    case collapsed(CacheStatus.Forward)
    /// The request went on for this reason, and its answer was 304, or an error that the kept one stands in for.
    case asked(CacheStatus.Forward, status: Int)

    private var isRefreshed: Bool { if case .asked(_, status: 304) = self { true } else { false } }

    var verdict: CacheVerdict { isRefreshed ? .refreshHit : .hit }
    var outcome: EdgeLogLine.Outcome { isRefreshed ? .refreshed : .hit }

    /// - Parameter ttl: what is left of the answer's lifetime.
    func status(ttl: Duration) -> CacheStatus {
        switch self {
        case .found: .hit(ttl: ttl)
        case .collapsed(let reason): .forwarded(reason, status: nil, stored: false, collapsed: true)
        case .asked(let reason, let status):
            .forwarded(reason, status: status, stored: isRefreshed, collapsed: false)
        }
    }
}
