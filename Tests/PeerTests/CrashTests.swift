import Foundation
import TestKit
import Testing

/// The built program is killed right after a call of its took effect and before it learnt so; run again, it must end in the
/// world of an undisturbed run: nothing twice, nothing left.
struct CrashTests {
    /// `CRASH_POINTS`: `all`, or how many; without it a sample, the same on every machine.
    private static var count: Int? {
        switch ProcessInfo.processInfo.environment["CRASH_POINTS"] {
        case "all"?: nil
        case let text?: Int(text) ?? 3
        case nil: 3
        }
    }

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["CRASH_SEED"].flatMap { UInt64($0) } ?? 1
    }

    @Test func aKilledRunIsFinishedByTheNext() async throws {
        try await withTemporaryFolder { folder in
            try PeerManifest.write(PeerManifest.plain, into: folder)
            let program = [BuiltPrograms.terrace]
            let harness = CrashHarness(
                up: program + ["up", "--on", "aws", "--yes"],
                destroy: program + ["destroy", "--on", "aws", "--yes", "--delete-data"], folder: folder)
            let baseline = try await harness.baseline()
            #expect(baseline.mutationsOfUp > 75 && baseline.mutationsOfDestroy > 70)
            let points = harness.points(baseline, count: Self.count, seed: Self.seed)
            let failures = try await harness.failures(at: points, baseline, atOnce: 2)
            #expect(failures.isEmpty, "\(failures.count) of \(points.count)\n\(failures.joined(separator: "\n\n"))")
            print("killed at \(points.count) of \(baseline.mutationsOfUp) + \(baseline.mutationsOfDestroy) calls")
        }
    }
}
