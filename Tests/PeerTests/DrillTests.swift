import Foundation
import PeerKit
import TestKit
import Testing

/// Drills on an account. What stands for the edge answers the load; the account is what is broken.
struct DrillTests {
    private static let manifest = PeerManifest.plain + "\ndrill: { write: { path: /entries, body: \"{}\" } }\n"

    /// Calls that break something, since the proxy's record began.
    private static func faults(_ trial: Trial) -> [String] {
        trial.world.proxy.calls.map(\.operation).filter {
            ["StopTask", "FailoverDBCluster", "RebootDBInstance"].contains($0)
        }
    }

    private static func withStack(_ speed: Double = 0, _ body: (Trial) async throws -> Void) async throws {
        try await Trial.with(manifest, speed: speed) { trial in
            try await trial.terrace("up", "--yes")
            trial.world.proxy.restart()
            try await body(trial)
        }
    }

    private static func drill(
        _ trial: Trial, _ name: String, _ edge: EdgeServer, _ more: String..., expecting code: Int32 = 0
    ) async throws -> ToolResult {
        let words = ["drill", name, "--through", edge.address, "--yes", "--duration", "2s"] + more
        let result = try await trial.run(words)
        #expect(result.exitCode == code, "\(result.output)\(result.errors)\(trial.world.moto.complaints)")
        return result
    }

    @Test func whatIsBrokenComesBackAndTheHypothesisHolds() async throws {
        // A thirtieth of real life: what is broken stays so for some looks.
        try await Self.withStack(30) { trial in
            try await EdgeServer.with { edge in
                let task = try await Self.drill(trial, "task", edge)
                #expect(Self.faults(trial) == ["StopTask"])
                for word in [
                    "stopped the task ", "web: 1 of 2 tasks run, 1 healthy", "web: 2 of 2 tasks run, 2 healthy",
                    "holds   no reads fail", "holds   no writes fail", "task: the hypothesis holds",
                ] {
                    #expect(task.output.contains(word), "\(word)\n\(task.output)")
                }
                trial.world.proxy.restart()
                let zone = try await Self.drill(trial, "zone", edge)
                #expect(Self.faults(trial) == ["StopTask"], "one of two tasks is in each zone")
                #expect(zone.output.contains("web: 1 of 2 tasks run"), "\(zone.output)")
                #expect(zone.output.contains("tasks may run in us-east-1c again"), "\(zone.output)")
                trial.world.proxy.restart()
                let writer = try await Self.drill(trial, "writer", edge)
                #expect(Self.faults(trial) == ["FailoverDBCluster"])
                #expect(writer.output.contains("holds   another server becomes the writer"), "\(writer.output)")
                trial.world.proxy.restart()
                let reader = try await Self.drill(trial, "reader", edge)
                #expect(Self.faults(trial) == ["RebootDBInstance"])
                // The server that RDS had made first was the writer; whichever that was, it reads since the failover.
                let rebooted = ["guestbook-db-1", "guestbook-db-2"].filter {
                    reader.output.contains("\($0) is rebooting")
                }
                #expect(rebooted.count == 1, "\(reader.output)")
                let said = "\(rebooted.first ?? "") is the writer"
                #expect(!writer.output.contains(said), "\(writer.output)\(reader.output)")
                #expect(reader.output.contains("holds   no other server becomes the writer"), "\(reader.output)")
                let again = try await Self.drill(trial, "task", edge)
                #expect(again.output.contains("last time ("), "\(again.output)")
            }
            // A drill is no change, and gives the lease back.
            #expect(try await trial.terrace("plan").output.contains("No changes"))
        }
    }

    /// Something was broken for it: what it gave is not lost with the disk's last block.
    @Test func aResultThatCannotBeKeptIsTold() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with { edge in
                let state = trial.folder.appending(path: ".terrace")
                try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
                try Data().write(to: state.appending(path: "drills"))
                // There is no such folder.
                let task = try await Self.drill(trial, "task", edge, "--report", "no/page.html", expecting: 1)
                #expect(task.output.contains("task: the hypothesis holds"), "\(task)")
                #expect(task.errors.contains("cannot keep the drill's result in "), "\(task)")
                #expect(task.errors.contains("next      name another file with --report\n"), "\(task)")
            }
        }
    }

    @Test func aNewPasswordIsNoticedByNobody() async throws {
        try await Self.withStack(30) { trial in
            try await EdgeServer.with { edge in
                let rotation = try await Self.drill(trial, "rotation", edge)
                for word in [
                    "web: ", "the application logs in as guestbook_alternate", "holds   no reads fail",
                    "holds   no writes fail", "rotation: the hypothesis holds",
                ] {
                    #expect(rotation.output.contains(word), "\(word)\n\(rotation.output)")
                }
            }
            let credentials = try await trial.terrace("db", "credentials").output
            #expect(credentials.contains("PGUSER=guestbook_alternate\n"), "\(credentials)")
        }
    }

    @Test func aVersionThatCannotStartIsTakenBackByECS() async throws {
        try await Self.withStack(30) { trial in
            try await EdgeServer.with { edge in
                let drill = try await Self.drill(trial, "bad-deploy", edge)
                for word in [
                    "deployed guestbook-web_drill:1 to web, which cannot start",
                    "of what is being deployed could not run",
                    "ECS took it back after ", "guestbook-web:1 goes on", "holds   no reads fail",
                    "holds   the new release is given up, and release 1 goes on: it was given up after ",
                    "release 1 serves", "bad-deploy: the hypothesis holds",
                ] {
                    #expect(drill.output.contains(word), "\(word)\n\(drill.output)")
                }
            }
            #expect(
                Self.deployments(trial) == [
                    "RegisterTaskDefinition", "UpdateService", "DeregisterTaskDefinition", "DeleteTaskDefinitions",
                ])
            try await Self.expectNothingLeft(trial)
        }
    }

    /// What the drill asks of ECS.
    private static func deployments(_ trial: Trial) -> [String] {
        trial.world.proxy.calls.filter { $0.isMutating && $0.service == "ecs" }.map(\.operation)
    }

    private static func expectNothingLeft(_ trial: Trial, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let plan = try await trial.terrace("plan", sourceLocation: sourceLocation)
        #expect(plan.output.contains("No changes"), "\(plan.output)", sourceLocation: sourceLocation)
        let releases = try await trial.terrace("releases").output
        #expect(releases.contains("web 1") && !releases.contains("drill"), sourceLocation: sourceLocation)
        #expect(releases.contains("running"), "\(releases)", sourceLocation: sourceLocation)
    }

    @Test func aKilledDrillsVersionIsNobodysReleaseAndTheNextUpRemovesIt() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with { edge in
                let words = ["drill", "bad-deploy", "--through", edge.address, "--yes", "--on", "aws"]
                let wasKilled = try await trial.world.runKilled(
                    [BuiltPrograms.terrace] + words, in: trial.folder, at: { $1.operation == "UpdateService" })
                #expect(wasKilled)
            }
            let releases = try await trial.terrace("releases").output.split(separator: "\n").dropFirst()
            #expect(releases.count == 1 && releases.first?.hasPrefix("web 1    running") == true, "\(releases)")
            let refused = try await trial.terrace("rollback", expecting: 1)
            #expect(refused.errors.contains("web has no older release"), "\(refused.errors)")
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("is what an interrupted drill has left"), "\(plan.output)")
            #expect(plan.output.contains("\n1 to delete; "), "\(plan.output)")
            try await trial.terrace("up", "--yes")
            try await Self.expectNothingLeft(trial)
        }
    }

    @Test func ctrlCLeavesAVersionThatCannotStartToECS() async throws {
        try await Self.withStack(30) { trial in
            try await EdgeServer.with { edge in
                // The lease, the version, the service.
                let stopped = try await trial.interrupted(
                    after: 3, "drill", "bad-deploy", "--through", edge.address, "--yes")
                #expect(stopped.exitCode == 130, "\(stopped.output)\(stopped.errors)")
                #expect(stopped.errors.contains("stopped; ECS takes back by itself what bad-deploy had deployed"))
            }
            try await trial.terrace("up", "--yes")
            try await Self.expectNothingLeft(trial)
        }
    }

    @Test func aServiceWithACanaryIsNotGivenAVersionThatCannotStart() async throws {
        try await Trial.with(CanaryTests.manifest()) { trial in
            try await trial.terrace("up", "--yes")
            trial.world.proxy.restart()
            let refused = try await trial.terrace("drill", "bad-deploy", "--yes", expecting: 1)
            #expect(refused.errors.contains("AWS is not clear on whether ECS takes back one that cannot start"))
            #expect(Self.deployments(trial).isEmpty)
        }
    }

    @Test func whatUsersNoticeBreaksTheHypothesis() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with(failing: 40..., count: 3) { edge in
                let broken = try await Self.drill(trial, "task", edge, "--rate", "20", expecting: 1)
                #expect(broken.output.contains("BROKEN  no reads fail"), "\(broken.output)")
                #expect(broken.output.contains("task: the hypothesis does not hold"), "\(broken.output)")
            }
        }
    }

    @Test func aStackInAlarmIsNotBroken() async throws {
        try await Self.withStack { trial in
            try await trial.spoil("alarm", "guestbook-web-cpu")
            try await EdgeServer.with { edge in
                let refused = try await Self.drill(trial, "task", edge, expecting: 1)
                #expect(refused.errors.contains("guestbook is in alarm, so a drill may not begin"), "\(refused.errors)")
                #expect(refused.errors.contains("guestbook-web-cpu: "), "\(refused.errors)")
                #expect(Self.faults(trial).isEmpty)
            }
        }
    }

    @Test func aDrillThatHurtsUsersEndsBeforeItsTime() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with(failing: 60...) { edge in
                let ended = try await Self.drill(
                    trial, "zone", edge, "--rate", "20", "--duration", "10m", expecting: 1)
                #expect(ended.errors.contains("the drill was ended before its time: "), "\(ended.errors)")
                #expect(ended.errors.contains("more than 30 per cent"), "\(ended.errors)")
                #expect(try await trial.terrace("plan").output.contains("No changes"))
            }
        }
    }

    @Test func anAlarmThatTheDrillIsNotAboutEndsIt() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with { edge in
                async let drill = Self.drill(trial, "zone", edge, "--duration", "10m", expecting: 1)
                let isBroken = await eventually(within: .seconds(120)) { !Self.faults(trial).isEmpty }
                #expect(isBroken)
                // One that it is about says nothing.
                try await trial.spoil("alarm", "guestbook-web-unhealthy")
                try await trial.spoil("alarm", "guestbook-web-cpu")
                let ended = try await drill
                #expect(ended.errors.contains("before its time: the alarm web-cpu went off"), "\(ended.errors)")
            }
        }
    }

    @Test func ctrlCEndsADrillAndGivesTheLeaseBack() async throws {
        try await Self.withStack { trial in
            try await EdgeServer.with { edge in
                // The lease, then the task.
                let stopped = try await trial.interrupted(
                    after: 2, "drill", "task", "--through", edge.address, "--yes", "--duration", "10m")
                #expect(stopped.exitCode == 130, "\(stopped.output)\(stopped.errors)")
                #expect(stopped.errors.contains("stopped; what task had stopped comes back by itself"))
            }
            trial.world.proxy.restart()
            try await trial.terrace("up", "--yes")
        }
    }

    @Test(arguments: [
        (["writer-hang"], "nobody can stop a process of Aurora's"),
        (["task", "--rate", "50"], "more than the stack's own firewall lets pass"),
        (["task"], "nobody said yes"),
    ])
    func whatCannotOrMayNotBeDoneIsSaid(words: [String], said: String) async throws {
        try await Self.withStack { trial in
            let yes = words == ["task"] ? [] : ["--yes"]
            let refused = try await trial.run(["drill"] + words + yes)
            #expect(refused.exitCode == 1 && refused.errors.contains(said), "\(refused.errors)")
            #expect(Self.faults(trial).isEmpty)
        }
    }
}
