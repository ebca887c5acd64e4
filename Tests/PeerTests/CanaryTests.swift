import Foundation
import PeerKit
import TestKit
import Testing

/// Canaries on an account, with the built program: ECS shifts requests between two target groups, and Terrace lets it.
struct CanaryTests {
    static func manifest(_ tag: String = "1.27", canary: String? = "{ share: 10, bake: 5m }") -> String {
        let rules = canary.map { "\n    deploy: { canary: \($0) }" } ?? ""
        return PeerManifest.plain.replacing("nginx:1.27", with: "nginx:\(tag)").replacing(
            "    health: /health", with: "    health: /health\n    scale-on: { cpu: 60, requests-per-task: 60 }\(rules)"
        )
    }

    private static func write(_ manifest: String, into trial: Trial) throws {
        try PeerManifest.write(manifest, into: trial.folder)
    }

    /// `10 guestbook-web-…`, per cent and target group: what ECS shifted so far; `rule 1 guestbook-web-… 2 tasks` says who has the requests.
    private static func shifts(_ trial: Trial) async throws -> [String] {
        let told = try await trial.world.reader("shifts.py")
        #expect(told.exitCode == 0, "\(told.output)\(told.errors)\(trial.world.moto.complaints)")
        return told.output.split(separator: "\n").map(String.init)
    }

    /// The target group that has all requests, and tasks for them.
    private static func live(_ trial: Trial) async throws -> String {
        let line = try #require(try await shifts(trial).last { $0.hasPrefix("rule 1 ") })
        #expect(line.hasSuffix(" 2 tasks"), "\(line)")
        return line.split(separator: " ")[2].description
    }

    private static func expectNothingToDo(_ trial: Trial, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let plan = try await trial.terrace("plan", sourceLocation: sourceLocation)
        #expect(plan.output.contains("No changes"), "\(plan.output)", sourceLocation: sourceLocation)
    }

    @Test func versionsTakeTurnsAndNothingIsLeftToDo() async throws {
        try await Trial.with(Self.manifest()) { trial in
            let empty = try await trial.world.dump()
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(!plan.output.contains("note:"), "\(plan.output)")
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
            try await Self.expectNothingToDo(trial)
            var live = [try await Self.live(trial)]
            for tag in ["1.28", "1.29"] {
                try Self.write(Self.manifest(tag), into: trial)
                trial.world.proxy.restart()
                let deployed = try await trial.terrace("deploy", "web")
                #expect(deployed.output.contains("web: 2 of 2 changes are done"), "\(deployed.output)")
                // Nobody but ECS touches the rule.
                #expect(!trial.world.proxy.calls.contains { $0.operation == "ModifyRule" })
                try await Self.expectNothingToDo(trial)
                live.append(try await Self.live(trial))
                #expect(
                    try await Self.shifts(trial).suffix(3).prefix(2) == [
                        "10 \(live.last ?? "")", "100 \(live.last ?? "")",
                    ])
            }
            #expect(live[0] == live[2] && live[0] != live[1], "\(live)")
            #expect(try await trial.terrace("status").output.contains("guestbook  ready  on aws"))
            try await trial.terrace("destroy", "--yes", "--delete-data")
            #expect(try await trial.world.dump() == empty)
        }
    }

    @Test(arguments: [("errors", "guestbook-web-errors"), ("slow", "guestbook-web-canary")])
    func anAlarmTakesACanaryBack(_ tag: String, _ alarm: String) async throws {
        try await Trial.with(Self.manifest()) { trial in
            try await trial.terrace("up", "--yes")
            let live = try await Self.live(trial)
            try Self.write(Self.manifest(tag), into: trial)
            let failed = try await trial.terrace("deploy", "web", expecting: 1)
            for word in [
                "the deployment of application.service.web failed",
                "\(alarm) went off while the new version took over, so ECS took it back",
                "ECS keeps running what ran before",
            ] {
                #expect(failed.errors.contains(word), "\(word)\n\(failed.errors)")
            }
            let other = try #require(try await Self.shifts(trial).dropLast().last?.split(separator: " ").last)
            #expect(other != live)
            #expect(try await Self.shifts(trial).suffix(3) == ["10 \(other)", "0 \(other)", "rule 1 \(live) 2 tasks"])
            #expect(try await trial.terrace("releases").output.contains("1.27"))
            // Only the version is the manifest's no more; the next good one comes in as if nothing had been.
            try Self.write(Self.manifest(), into: trial)
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("2 to change;") && !plan.output.contains("listener-rule"), "\(plan.output)")
            try Self.write(Self.manifest("1.28"), into: trial)
            try await trial.terrace("deploy", "web")
            #expect(try await Self.live(trial) == other)
        }
    }

    /// AWS's documents do not agree on whether its circuit breaker looks after canaries. Here it does not.
    @Test func aCanaryThatNeverStartsIsTakenBackAllTheSame() async throws {
        try await Trial.with(Self.manifest()) { trial in
            try await trial.terrace("up", "--yes")
            let live = try await Self.live(trial)
            try Self.write(Self.manifest("endless"), into: trial)
            let failed = try await trial.terrace("deploy", "web", expecting: 1)
            for word in [
                "the deployment of application.service.web failed: 3 tasks have ended and none runs",
                "CannotPullContainerError", "taken back: ECS goes on with what ran before",
            ] {
                #expect(failed.errors.contains(word), "\(word)\n\(failed.errors)")
            }
            #expect(try await Self.live(trial) == live)
            #expect(try await trial.terrace("status").output.contains("guestbook  ready  on aws"))
            try Self.write(Self.manifest("1.28"), into: trial)
            try await trial.terrace("deploy", "web")
            #expect(try await Self.live(trial) != live)
            // Who may not stop it is told so, and why it failed all the same.
            try Self.write(Self.manifest("endless"), into: trial)
            trial.world.proxy.refuse(["StopServiceDeployment": PeerRefusal(400, "AccessDeniedException", "no")])
            let refused = try await trial.terrace("deploy", "web", expecting: 1)
            #expect(refused.errors.contains("CannotPullContainerError"), "\(refused.errors)")
            #expect(refused.errors.contains("ECS may go on trying, for this caller may not"), "\(refused.errors)")
        }
    }

    /// Nobody looks after a canary whose deployer was killed, until the same command does.
    @Test func theSameCommandTakesBackWhatAKilledOneHasBegun() async throws {
        try await Trial.with(Self.manifest()) { trial in
            try await trial.terrace("up", "--yes")
            let live = try await Self.live(trial)
            try Self.write(Self.manifest("endless"), into: trial)
            let command = [BuiltPrograms.terrace, "deploy", "web", "--on", "aws"]
            let wasKilled = try await trial.world.runKilled(command, in: trial.folder) {
                $1.operation == "UpdateService"
            }
            #expect(wasKilled)
            let plan = try await trial.run("plan").output
            #expect(plan.contains("3 tasks have ended and none runs"), "\(plan)")
            let again = try await trial.terrace("deploy", "web", expecting: 1)
            #expect(again.errors.contains("taken back: ECS goes on with what ran before"), "\(again)")
            #expect(try await Self.live(trial) == live)
        }
    }

    /// While ECS shifts, nothing of it is taken for a change.
    @Test func aPlanLeavesACanaryAlone() async throws {
        try await Trial.with(Self.manifest(canary: "{ share: 25, bake: 1h }"), speed: 300) { trial in
            try await trial.terrace("up", "--yes")
            try Self.write(Self.manifest("1.28", canary: "{ share: 25, bake: 1h }"), into: trial)
            async let deployed = trial.terrace("deploy", "web")
            var seen: [String] = []
            while !seen.contains(where: { $0.hasPrefix("25 ") }) { seen = try await Self.shifts(trial) }
            let plan = try await trial.run("plan")
            #expect(!plan.output.contains("listener-rule") && !plan.output.contains("target-group"), "\(plan.output)")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errors)")
            #expect(try await deployed.output.contains("web: 2 of 2 changes are done"))
            try await Self.expectNothingToDo(trial)
        }
    }

    /// After one deployment the tasks are in one target group, after the next in the other; neither keeps the canary from going.
    @Test(arguments: [[], ["1.28"]]) func aCanaryComesAndGoesWithoutAPause(_ versions: [String]) async throws {
        let (plain, tag) = ({ Self.manifest($0, canary: nil) }, versions.last ?? "1.27")
        try await Trial.with(plain("1.27")) { trial in
            try await trial.terrace("up", "--yes")
            try Self.write(Self.manifest(), into: trial)
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("3 to create, 5 to change;"), "\(plan.output)")
            try await trial.terrace("up", "--yes")
            try await Self.expectNothingToDo(trial)
            for tag in versions {
                try Self.write(Self.manifest(tag), into: trial)
                try await trial.terrace("deploy", "web")
            }
            try Self.write(plain(tag), into: trial)
            let back = try await trial.terrace("plan", expecting: 2)
            #expect(back.output.contains("5 to change, 3 to delete;"), "\(back.output)")
            try await trial.terrace("up", "--yes")
            try await Self.expectNothingToDo(trial)
            _ = try await Self.live(trial)
            #expect(try await trial.world.dump().contains("guestbook-canary") == false)
            try await trial.expectFacts()
        }
    }

    @Test func terraformIsNotHandedAServiceThatItWouldBringBack() async throws {
        try await Trial.with(Self.manifest()) { trial in
            let refused = try await trial.runPlain("export", "terraform", "--import")
            #expect(refused.exitCode == 1)
            #expect(refused.errors.hasPrefix("cannot hand web over to Terraform: "), "\(refused.errors)")
            #expect(try await trial.runPlain("export", "terraform").exitCode == 0)
        }
    }
}
