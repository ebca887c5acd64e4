/// One thing that a drill's hypothesis says; times are in seconds.
package enum Prediction: Sendable, Equatable {
    /// Of those that were not under way while something was being broken.
    case failedReads(atMost: Int)
    /// The same, through the edge.
    case failedWrites(atMost: Int)
    /// The drill's own, to the last one: for faults that may cut nothing at all.
    case failedCommits(atMost: Int)
    /// The longest time without a good answer.
    case readsBack(within: Double)
    /// The longest time without a good answer to a write, through the edge.
    case writesBack(within: Double)
    /// The longest time without an acknowledged commit.
    case commitsBack(within: Double)
    case lostCommits(atMost: Int)
    case failovers(Int)
    /// Everything runs again, counted from the end of the fault.
    case whole(within: Double)
    case fetches(atMost: Int)
    /// The copy has every commit before the moment, and none after it.
    case restoredExactly
    /// The version that was deployed, after which the one before it serves as it did.
    case versionGivenUp
}

/// A prediction beside what was measured.
package struct Finding: Sendable, Codable, Equatable {
    /// `no read fails`
    package var expected: String
    /// `0 of 900 failed`
    package var measured: String
    package var holds: Bool

    package init(expected: String, measured: String, holds: Bool) {
        self.expected = expected
        self.measured = measured
        self.holds = holds
    }
}

extension Prediction {
    /// nil when what it is about does not exist in this stack.
    package func judge(_ seen: Observation) -> Finding? {
        switch self {
        case .failedReads(let most): Prediction.failures("reads", seen.reads, most)
        case .failedWrites(let most): seen.writes.map { Prediction.failures("writes", $0, most) }
        case .failedCommits(let most):
            seen.commits.map {
                Finding(
                    expected: Prediction.atMost(most, "commits fail"),
                    measured: "\($0.figures.failed) of \($0.figures.sent) failed", holds: $0.figures.failed <= most)
            }
        case .readsBack(let limit): Prediction.gap("reads", seen.reads, limit)
        case .writesBack(let limit): seen.writes.map { Prediction.gap("writes", $0, limit) }
        case .commitsBack(let limit): seen.commits.map { Prediction.gap("commits", $0.figures, limit) }
        case .lostCommits(let most):
            seen.commits.map {
                Finding(
                    expected: Prediction.atMost(most, "acknowledged commits are lost"),
                    measured: "\($0.lost) of \($0.acknowledged) lost",
                    // Without one that was acknowledged nothing is proved.
                    holds: $0.lost <= most && $0.acknowledged > 0)
            }
        case .failovers(let count): Prediction.failovers(count, seen)
        case .whole(let limit): Prediction.whole(limit, seen)
        case .fetches(let most):
            seen.fetches.map {
                Finding(
                    expected: "the application makes an answer at most \(most == 1 ? "once" : "\(most) times")",
                    measured: "it made \($0)", holds: $0 <= most && $0 > 0)
            }
        case .restoredExactly: seen.restored.map(Prediction.restored)
        case .versionGivenUp: seen.deployed.map(Prediction.givenUp)
        }
    }

    private static func failures(_ what: String, _ figures: LoadFigures, _ most: Int) -> Finding {
        let inFlight = figures.failedInFlight > 0 ? ", \(figures.failedInFlight) more were under way" : ""
        return Finding(
            expected: atMost(most, "\(what) fail that were not under way"),
            measured: "\(figures.failedAfter) of \(figures.sent) failed\(inFlight)",
            holds: figures.failedAfter <= most && figures.sent > figures.failed)
    }

    private static func gap(_ what: String, _ figures: LoadFigures, _ limit: Double) -> Finding {
        Finding(
            expected: "\(what) are back within \(Seconds.text(limit))",
            measured: "longest pause \(Seconds.text(figures.longestGap))",
            holds: figures.longestGap <= limit && figures.sent > figures.failed)
    }

    private static func failovers(_ count: Int, _ seen: Observation) -> Finding {
        let times = ["no other server becomes", "another server becomes"]
        return Finding(
            expected: count < 2 ? "\(times[count]) the writer" : "the writer changes \(count) times",
            measured: seen.failovers == 1 ? "1 failover" : "\(seen.failovers) failovers",
            holds: seen.failovers == count)
    }

    private static func whole(_ limit: Double, _ seen: Observation) -> Finding {
        Finding(
            expected: "everything runs again within \(Seconds.text(limit))",
            measured: seen.recovery.map { "after \(Seconds.text($0))" } ?? "it did not",
            holds: seen.recovery.map { $0 <= limit } ?? false)
    }

    private static func restored(_ copy: Observation.Restored) -> Finding {
        let (before, after) = (copy.before.map { " of \($0)" } ?? "", copy.after.map { " of \($0)" } ?? "")
        let measured = "\(copy.missing)\(before) missing, \(copy.tooNew)\(after) too new"
        return Finding(
            expected: "the copy has what was committed until the moment, and nothing later",
            measured: "\(measured), after \(Seconds.text(copy.seconds))",
            // Without a row that had to be there, and one that had to be missing, nothing is proved.
            holds: copy.missing == 0 && copy.tooNew == 0 && copy.before != 0 && copy.after != 0)
    }

    private static func givenUp(_ version: Observation.Deployed) -> Finding {
        let fate = version.seconds.map { "given up after \(Seconds.text($0))" } ?? "not given up"
        let serving = version.serving.map { "release \($0) serves" } ?? "none serves"
        let name = version.release.map { "release \($0)" } ?? "it"
        return Finding(
            expected: "the new release is given up, and release \(version.before) goes on",
            measured: "\(name) was \(fate); \(serving)",
            holds: version.seconds != nil && version.serving == version.before)
    }

    private static func atMost(_ most: Int, _ what: String) -> String {
        most == 0 ? "no \(what)" : "at most \(most) \(what)"
    }
}
