import Drills
import LocalTarget
import Visitors

/// The load of one drill: visits through the edge, and commits through the writer's endpoint.
struct DrillLoad {
    struct Outcome {
        var start: ContinuousClock.Instant
        var length: Duration
        var visits: [VisitOutcome]
        var commits: [VisitOutcome]
    }

    private let visitors: VisitorLoad
    private let commits: CommitProbe?

    static func begin(_ drill: LocalDrill, _ target: VisitTarget, _ database: DatabaseClient?) async throws -> DrillLoad
    {
        let seed = drill.options.seed
        let visitors = VisitorLoad.begin(
            VisitPlan(
                perSecond: drill.options.perSecond,
                writesOfHundred: target.write == nil ? 0 : LocalDrill.writesOfHundred, seed: seed), at: target)
        guard let database else { return DrillLoad(visitors: visitors, commits: nil) }
        let plan = VisitPlan(perSecond: LocalDrill.commitsPerSecond, writesOfHundred: 100, seed: seed)
        return DrillLoad(
            visitors: visitors, commits: try await CommitProbe.begin(plan, database, start: visitors.start))
    }

    /// Returns when the last answer is there or given up.
    func end() async -> Outcome {
        async let visits = visitors.end()
        let commits = await self.commits?.end() ?? []
        let ended = await visits
        return Outcome(start: visitors.start, length: ended.length, visits: ended.outcomes, commits: commits)
    }
}
