import Stacks

/// What requests met at the old and at the new version during the same time.
package struct CanaryComparison: Sendable, Equatable {
    package struct Side: Sendable, Equatable {
        package var requests: Int
        /// Answers of 500 and above, connections that failed, and silence beyond the timeout.
        package var errors: Int
        package var p99: Duration?

        package init(requests: Int = 0, errors: Int = 0, p99: Duration? = nil) {
            self.requests = requests
            self.errors = errors
            self.p99 = p99
        }

        var rate: Double { requests == 0 ? 0 : Double(errors) / Double(requests) }
    }

    package var old: Side
    package var new: Side

    package init(old: Side = Side(), new: Side = Side()) {
        self.old = old
        self.new = new
    }
}

/// Whether a new version does worse than the old one. Only what is clearly worse counts: noise must not end a deployment, and
/// a version that is a little slower is for people to judge.
package enum CanaryVerdict: Sendable, Equatable {
    case goOn
    /// With what was seen, for people.
    case passed(String)
    case worse(String)

    /// Fewer requests than these say nothing of a version.
    package static let fewestRequests = 20
    /// Errors that count at the end of the comparison.
    static let errorsAtEnd = 2

    private typealias Limits = DeployRules.Canary

    /// - Parameter isOver: whether the time of the comparison has passed.
    package static func of(_ seen: CanaryComparison, isOver: Bool) -> CanaryVerdict {
        let (old, new) = (seen.old, seen.new)
        let isFrequent = new.rate > old.rate * Limits.rateFactor + Limits.rateMargin
        if isFrequent, new.errors >= (isOver ? errorsAtEnd : Limits.errors) {
            return .worse(
                "\(new.errors) of its \(new.requests) requests failed, and \(old.errors) of \(old.requests) at the old version"
            )
        }
        guard isOver else { return .goOn }
        guard new.requests >= fewestRequests else {
            return .passed("only \(new.requests) requests came to it, too few to compare")
        }
        if min(old.requests, new.requests) >= Limits.fewestForLatency, let slow = new.p99, let usual = old.p99,
            slow > usual * Limits.latencyFactor + Limits.latencyMargin
        {
            return .worse("its p99 is \(shown(slow)), that of the old version \(shown(usual))")
        }
        let latency = new.p99.map { ", p99 \(shown($0))" } ?? ""
        return .passed("\(new.errors) of its \(new.requests) requests failed\(latency)")
    }

    /// `12 ms`, `0.8 ms`
    private static func shown(_ duration: Duration) -> String {
        let tenths = Int(duration / .microseconds(100))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\((tenths + 5) / 10) ms"
    }
}
