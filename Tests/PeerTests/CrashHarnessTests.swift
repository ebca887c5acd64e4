import PeerKit
import TestKit
import Testing

/// The judge is judged first: with a small provisioner that is known to recover, and one that is known not to.
struct CrashHarnessTests {
    private static func standIn(_ up: String) -> CrashHarness {
        let command = [MotoServer.python, MotoServer.script("stand_in.py")]
        return CrashHarness(up: command + [up], destroy: command + ["destroy"])
    }

    @Test func aProgramThatLooksFirstRecoversEverywhere() async throws {
        let harness = Self.standIn("up")
        let baseline = try await harness.baseline()
        #expect(baseline.mutationsOfUp == 7)
        #expect(baseline.mutationsOfDestroy == 6)
        let failures = try await harness.failures(at: harness.points(baseline, count: 6, seed: 3), baseline)
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test func aSecondNetworkIsNoticed() async throws {
        let harness = Self.standIn("forgetful-up")
        let baseline = try await harness.baseline()
        let failure = try await harness.failure(at: .init(verb: .up, number: 1), baseline)
        #expect(failure?.contains("differs") == true, "\(failure ?? "nothing was noticed")")
    }
}
