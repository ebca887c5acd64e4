import Foundation
import TestKit
import Testing

/// The built program is killed right after a call of its took effect and before it learnt so; run again, it must end in the
/// world of an undisturbed run: nothing twice, nothing left.
struct CrashTests {
    /// `CRASH_POINTS`: `all`, or how many; without it a sample, the same on every machine.
    static var count: Int? {
        switch ProcessInfo.processInfo.environment["CRASH_POINTS"] {
        case "all"?: nil
        case let text?: Int(text) ?? 3
        case nil: 3
        }
    }

    /// `CRASH_FROM`: the point to begin with, counted from 1; for a run that was ended in its middle.
    private static var first: Int {
        ProcessInfo.processInfo.environment["CRASH_FROM"].flatMap { Int($0) }.map { max(1, $0) } ?? 1
    }

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["CRASH_SEED"].flatMap { UInt64($0) } ?? 1
    }

    static func up(_ manifest: String, _ name: String = "up") -> CrashHarness.Run {
        .init(name: name, command: [BuiltPrograms.terrace, "up", "--on", "aws", "--yes"], manifest: manifest)
    }

    static func destroy(_ manifest: String) -> CrashHarness.Run {
        .init(
            name: "destroy", command: [BuiltPrograms.terrace, "destroy", "--on", "aws", "--yes", "--delete-data"],
            manifest: manifest)
    }

    static func expectRecovery(
        _ harness: CrashHarness, at points: [CrashHarness.Point], _ baseline: CrashHarness.Baseline,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let failures = try await harness.failures(at: points, baseline, atOnce: 2)
        #expect(
            failures.isEmpty, "\(failures.count) of \(points.count)\n\(failures.joined(separator: "\n\n"))",
            sourceLocation: sourceLocation)
        let calls = baseline.calls.map { "\($0)" }.joined(separator: " + ")
        print("killed at \(points.count) of \(calls) calls")
    }

    @Test func aKilledRunIsFinishedByTheNext() async throws {
        let harness = CrashHarness(runs: [Self.up(PeerManifest.plain), Self.destroy(PeerManifest.plain)])
        let baseline = try await harness.baseline()
        #expect(baseline.calls[0] > 75 && baseline.calls[1] > 70)
        let all = harness.points(baseline, count: Self.count, seed: Self.seed)
        let points = Array(all.dropFirst(Self.first - 1))
        try #require(!points.isEmpty, "CRASH_FROM is beyond the last of \(all.count) points")
        try await Self.expectRecovery(harness, at: points, baseline)
    }
}
