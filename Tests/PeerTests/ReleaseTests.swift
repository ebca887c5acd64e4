import Foundation
import PeerKit
import TestKit
import Testing

/// A service's release on an account: one task that must succeed before a new version takes traffic.
struct ReleaseTests {
    private static func manifest(_ command: String, image: String = "1.27") -> String {
        PeerManifest.plain.replacing("nginx:1.27", with: "nginx:\(image)")
            .replacing("    health: /health", with: "    health: /health\n    release: \(command)")
    }

    private static func write(_ command: String, image: String, into trial: Trial) throws {
        try PeerManifest.write(manifest(command, image: image), into: trial.folder)
    }

    /// How often ECS was asked to start a task or to change a service.
    private static func calls(_ trial: Trial) -> [String] {
        trial.world.proxy.calls.map(\.operation).filter { ["RunTask", "CreateService", "UpdateService"].contains($0) }
    }

    @Test func theReleaseEndsBeforeTheServiceGetsItsVersion() async throws {
        try await Trial.with(Self.manifest("[./web, migrate]"), speed: 60) { trial in
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("release.web"), "\(plan.output)")
            #expect(!plan.output.contains("note:"), "\(plan.output)")
            try await trial.terrace("up", "--yes")
            #expect(Self.calls(trial) == ["RunTask", "CreateService"])
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            // A command that changes alone is no new version.
            try Self.write("[./web, migrate, again]", image: "1.27", into: trial)
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try Self.write("[./web, migrate, again]", image: "1.28", into: trial)
            try await trial.terrace("up", "--yes")
            #expect(Self.calls(trial) == ["RunTask", "CreateService", "RunTask", "UpdateService"])
            try await trial.expectFacts()
            try await trial.terrace("destroy", "--yes", "--delete-data")
        }
    }

    @Test func aReleaseThatFailsIsToldAndTheServiceKeepsItsVersion() async throws {
        try await Trial.with(Self.manifest("[exit, \"0\"]")) { trial in
            try await trial.terrace("up", "--yes")
            try Self.write("[exit, \"3\"]", image: "1.28", into: trial)
            for _ in 1...2 {
                let up = try await trial.terrace("up", "--yes", expecting: 1)
                #expect(up.errors.contains("application.release.web failed"), "\(up.errors)")
                #expect(up.errors.contains("web ended with 3"), "\(up.errors)")
                #expect(up.errors.contains("$ exit 3"), "\(up.errors)")
                #expect(up.errors.contains("the service keeps its version"), "\(up.errors)")
                #expect(up.output.contains("not started, since application.release.web failed"), "\(up.output)")
            }
            // Each run of the command tried it once.
            #expect(Self.calls(trial) == ["RunTask", "CreateService", "RunTask", "RunTask"])
            try Self.write("[exit, \"0\"]", image: "1.28", into: trial)
            try await trial.terrace("up", "--yes")
            #expect(Self.calls(trial).suffix(2) == ["RunTask", "UpdateService"])
            // A command of an operator's passes its exit code on, and is no change.
            let run = try await trial.runPlain("run", "web", "--on", "aws", "--", "exit", "4")
            #expect(run.exitCode == 4 && run.output == "$ exit 4\n", "\(run)")
            #expect(run.errors.hasPrefix("started the task "), "\(run.errors)")
            #expect(Self.calls(trial).suffix(2) == ["UpdateService", "RunTask"])
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await expectLogs(trial)
        }
    }

    /// What the tasks wrote, and what they write while somebody looks on: each line once.
    private func expectLogs(_ trial: Trial) async throws {
        let logs = try await trial.terrace("logs", "web", "--since", "1h")
        #expect(logs.output.contains("$ exit 4"), "\(logs)")
        #expect(try await trial.terrace("logs", "--filter", "exit 3").output.contains("$ exit 3"))
        #expect(try await trial.terrace("logs", "web.zz").output.isEmpty)
        let unknown = try await trial.terrace("logs", "shop", expecting: 1)
        #expect(unknown.errors.contains("has no service shop"), "\(unknown)")
        let follower = """
            "$1" logs web --follow --on aws >followed & pid=$!
            until grep -q 'exit 4' followed; do sleep 0.1; done
            "$1" run web --on aws -- exit 5 >run 2>&1
            for i in $(seq 300); do grep -q 'exit 5' followed && break; sleep 0.1; done
            sleep 3; kill $pid; cat followed
            """
        let shown = try await trial.world.run(["sh", "-c", follower, "sh", BuiltPrograms.terrace], in: trial.folder)
        for line in ["$ exit 4", "$ exit 5"] {
            #expect(shown.output.split(separator: "\n").count { $0.hasSuffix(line) } == 1, "\(shown)")
        }
    }
}
