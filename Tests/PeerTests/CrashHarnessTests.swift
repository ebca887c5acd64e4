import PeerKit
import TestKit
import Testing

/// The judge is judged first: with a small provisioner that is known to recover, and one that is known not to.
struct CrashHarnessTests {
    private static func standIn(_ up: String) -> CrashHarness {
        let command = [MotoServer.python, MotoServer.script("stand_in.py")]
        return CrashHarness(runs: [
            .init(name: up, command: command + [up]), .init(name: "destroy", command: command + ["destroy"]),
        ])
    }

    @Test func aProgramThatLooksFirstRecoversEverywhere() async throws {
        let harness = Self.standIn("up")
        let baseline = try await harness.baseline()
        #expect(baseline.calls == [7, 6])
        let failures = try await harness.failures(at: harness.points(baseline, count: 6, seed: 3), baseline)
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test func aSecondNetworkIsNoticed() async throws {
        let harness = Self.standIn("forgetful-up")
        let baseline = try await harness.baseline()
        let point = try #require(harness.points(baseline).first)
        let failure = try await harness.failure(at: point, baseline)
        #expect(failure?.contains("differs") == true, "\(failure ?? "nothing was noticed")")
    }

    @Test func aPointThatIsNeverReachedIsNoticed() async throws {
        let harness = Self.standIn("up")
        let baseline = try await harness.baseline()
        let point = harness.points(of: 0, at: [.init(operation: "CreateSubnet", subject: "nowhere")])
        let failure = try await harness.failures(at: point, baseline).first
        #expect(failure?.hasSuffix("there was no such call") == true, "\(failure ?? "nothing was noticed")")
    }
}
