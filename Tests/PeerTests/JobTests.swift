import Foundation
import PeerKit
import TestKit
import Testing

/// Scheduled jobs on an account: how their runs end, and what is told of it.
struct JobTests {
    private static func manifest(_ command: String, timeout: String = "1h") -> String {
        PeerManifest.plain.replacing("database: {}", with: "")
            + """
            jobs:
              report: { schedule: "30 3 * * *", command: \(command), timeout: \(timeout) }
            """
    }

    /// The time of the schedule comes.
    private static func due(_ trial: Trial, _ words: String...) async throws {
        try await trial.script("due.py", ["guestbook", "guestbook-report"] + words)
    }

    private struct Shown: Decodable {
        struct Run: Decodable {
            var result: String?
            var exitCode: Int?
            var endedAt: String?
        }
        var last: Run?
    }

    private static func last(_ trial: Trial) async throws -> Shown.Run? {
        let output = try await trial.terrace("jobs", "--json").output
        return try JSONDecoder().decode([Shown].self, from: Data(output.utf8)).first?.last
    }

    @Test func howTheLastRunEndedIsTold() async throws {
        try await Trial.with(Self.manifest("[sh, -c, \"exit 3\"]")) { trial in
            try await trial.terrace("up", "--yes")
            #expect(try await Self.last(trial) == nil)
            #expect(try await trial.terrace("jobs").output.contains("never ran"))
            try await Self.due(trial)
            var run = try #require(try await Self.last(trial))
            #expect(run.result == "failed" && run.exitCode == 3 && run.endedAt != nil, "\(run)")
            #expect(try await trial.terrace("status").output.contains("exit code 3"))

            try PeerManifest.write(Self.manifest("[sh, -c, \"exit 0\"]"), into: trial.folder)
            try await trial.terrace("up", "--yes")
            try await Self.due(trial)
            #expect(try await trial.terrace("jobs").output.contains("exit code 0"))

            // In this account nothing takes time but what never ends.
            try PeerManifest.write(Self.manifest("[wait]"), into: trial.folder)
            try await trial.terrace("up", "--yes")
            try await Self.due(trial)
            run = try #require(try await Self.last(trial))
            #expect(run.result == "timed-out" && run.endedAt != nil, "\(run)")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await trial.terrace("destroy", "--yes", "--delete-data")
        }
    }

    @Test func aRunByHandEndsAtItsTimeout() async throws {
        try await Trial.with(Self.manifest("[wait]", timeout: "1s")) { trial in
            try await trial.terrace("up", "--yes")
            let run = try await trial.terrace("jobs", "run", "report", expecting: 124)
            #expect(run.errors.contains("is ended after its timeout of 1s"), "\(run)")
            #expect(try await Self.last(trial) == nil)
        }
    }

    @Test func aRunThatGoesOnEndsWithItsStack() async throws {
        try await Trial.with(Self.manifest("[wait]", timeout: "1d"), speed: 600) { trial in
            try await trial.terrace("up", "--yes")
            try await Self.due(trial)
            #expect(try await trial.terrace("jobs").output.contains("runs"))
            let end = try await trial.terrace("destroy", "--yes", "--delete-data")
            #expect(!end.output.contains("state-machine: it is being deleted"), "\(end)")
            #expect(trial.world.proxy.calls.contains { $0.operation == "StopExecution" })
        }
    }

    /// Its schedules started tasks by themselves.
    @Test func aStackOfAnOlderTerraceIsChangedInPlace() async throws {
        try await Trial.with(Self.manifest("[sh, -c, \"exit 0\"]")) { trial in
            try await trial.terrace("up", "--yes")
            try await Self.due(trial, "older")
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("state-machine.report"), "\(plan.output)")
            #expect(plan.output.contains("schedule.report") && !plan.output.contains("replace"), "\(plan.output)")
            #expect(try await trial.terrace("jobs").output.contains("differs"))
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await Self.due(trial)
            #expect(try await Self.last(trial)?.result == "succeeded")
        }
    }
}
