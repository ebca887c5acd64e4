import PeerKit
import TestKit
import Testing

/// `db failover`, with a real PostgreSQL behind the account's Data API.
struct FailoverTests {
    /// ExecuteStatement, as REST has it.
    private static let statement = "POST /Execute"

    /// What tells of the pause is a statement that PostgreSQL takes from the application's role, and that leaves nothing.
    @Test func theApplicationsRoleMayWriteWhatTheMeasurementWrites() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await TrialPostgres.with(trial) { _ in
                try await trial.terrace("up", "--yes")
                trial.world.proxy.restart()
                let moved = try await trial.terrace("db", "failover", "--yes")
                #expect(moved.output.contains(/is the writer; nobody could write for [\d.]+ s\n/), "\(moved)")
                #expect(moved.output.contains(/\n\d+ commits were tried meanwhile, 3 failed\n/), "\(moved)")
                // One before the failover at least, three refused ones, and those that show the calm.
                #expect(trial.world.proxy.calls.count { $0.operation == Self.statement } >= 5)
                #expect(try await trial.terrace("plan").output.contains("No changes"))
            }
        }
    }

    @Test func whoMayNotUseTheDataAPIFailsOverAndIsToldWhyThePauseIsUnknown() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let reason = "User: anna is not authorized to perform: rds-data:ExecuteStatement"
            trial.world.proxy.refuse([Self.statement: PeerRefusal(403, "AccessDeniedException", reason)])
            let moved = try await trial.terrace("db", "failover", "--yes")
            #expect(moved.output.contains(/is the writer; RDS took [\d.]+ m?s until all servers were available\n/))
            #expect(moved.output.contains("for how long nobody could write was not measured: "), "\(moved)")
            #expect(moved.output.contains(reason) && moved.output.contains("`terrace policy`"), "\(moved)")
            #expect(!moved.output.contains("commits were tried"), "\(moved)")
        }
    }
}
