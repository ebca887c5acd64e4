import PeerKit
import TestKit
import Testing

/// `db failover`, with a real PostgreSQL behind the account's Data API.
struct FailoverTests {
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
                #expect(trial.world.proxy.calls.count { $0.operation == "ExecuteStatement" } >= 5)
                #expect(try await trial.terrace("plan").output.contains("No changes"))
            }
        }
    }
}
