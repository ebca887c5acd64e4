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

    static func begin(
        _ course: DrillCourse, _ target: VisitTarget, _ database: DatabaseClient?
    ) async throws -> DrillLoad {
        let seed = course.options.seed
        let visitors = VisitorLoad.begin(
            VisitPlan(
                perSecond: course.options.perSecond,
                writesOfHundred: target.write == nil ? 0 : DrillCourse.writesOfHundred, seed: seed), at: target)
        guard let database else { return DrillLoad(visitors: visitors, commits: nil) }
        let plan = VisitPlan(perSecond: DrillCourse.commitsPerSecond, writesOfHundred: 100, seed: seed)
        return DrillLoad(
            visitors: visitors, commits: try await CommitProbe.begin(plan, database, start: visitors.start))
    }

    /// Those through the edge that were answered, or given up, within so long before now.
    func recent(_ window: Duration) async -> [VisitOutcome] {
        await visitors.outcomes(since: max(.zero, ContinuousClock.now - visitors.start - window))
    }

    /// Returns when the last answer is there or given up.
    func end() async -> Outcome {
        async let visits = visitors.end()
        let commits = await self.commits?.end() ?? []
        let ended = await visits
        return Outcome(start: visitors.start, length: ended.length, visits: ended.outcomes, commits: commits)
    }
}
