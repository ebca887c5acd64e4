import Drills
import LocalTarget
import Stacks
import Visitors

/// The stack on this machine. Its supervisor breaks and mends, and mends by itself when the connection that began a drill ends.
struct LocalGround: DrillGround {
    let stack: Stack
    let client: ControlClient

    var target: TargetName { .local }
    var pace: DrillPace { DrillPace(warmUp: .seconds(3), coolDown: .seconds(2), patience: LocalGround.patience) }
    static let patience = Duration.seconds(90)

    func summary(_ name: DrillName) -> String { name.summary }
    func hypothesis(_ name: DrillName) -> Hypothesis { .of(name, hasReader: (stack.database?.readers ?? 0) > 0) }
    func hold(_ name: DrillName) -> Duration { name.hold }
    func rate(_ asked: Int?) -> Int { asked ?? 50 }

    func check(_ name: DrillName) async throws {
        try DrillReadiness(name: name, stack: stack).check(try await client.status())
    }

    func visitors(seed: UInt64) async throws -> VisitTarget {
        let authority = try await client.status().edge.certificateAuthority
        return try await LocalVisitors(stack: stack, seed: seed, authority: authority).target()
    }

    func database() async throws -> DatabaseClient? {
        guard stack.database != nil else { return nil }
        return DatabaseClient(
            endpoint: try await client.databaseEndpoints().writer,
            credentials: try await client.databaseCredentials())
    }

    func whileHeld<Result: Sendable>(
        _ course: DrillCourse, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await client.drill(course.name.rawValue, body)
    }

    func watch(_ course: DrillCourse, _ load: DrillLoad) async throws -> any DrillWatching {
        LocalDrillWatch(client: client, failovers: try await client.status().database?.failovers ?? 0)
    }

    func breaks(
        _ course: DrillCourse, _ target: VisitTarget, _ database: DatabaseClient?
    ) async throws -> FaultOutcome {
        try await LocalFault(course: course, client: client, target: target, database: database)()
    }

    /// The supervisor does so when the connection ends; this waits until it has.
    func mend() async throws { try await client.mend() }
    func farewell(_ name: DrillName) -> String { "everything that \(name.rawValue) had broken is mended" }
}
