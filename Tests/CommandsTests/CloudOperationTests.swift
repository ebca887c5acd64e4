import Foundation
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

@testable import Commands

/// Day two against a cloud in memory: deployments, releases, rollbacks, scaling.
@Suite struct CloudOperationTests {
    private static let service = Address(.application, ResourceKind.ecsService.rawValue, "web")
    private static let target = Address(.application, ResourceKind.scalableTarget.rawValue, "web")

    private func manifest(_ more: String = "", image: String = "1") -> String {
        """
        stack: shop
        services:
          web:
            image: registry.example.com/shop:\(image)
            port: 3000
        \(more)
        """
    }

    private func run(
        _ cloud: FakeCloud, _ arguments: [String], _ manifest: String
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, manifest)
            let terminal = TestTerminal(cloud: cloud)
            let code = await terminal.run(arguments + ["--on", "aws"], in: folder)
            return (code, terminal.output, terminal.errors)
        }
    }

    private func standing() async throws -> FakeCloud {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["up", "--yes"], manifest()).code == 0)
        return cloud
    }

    private func bounds(_ cloud: FakeCloud) -> [Int]? {
        guard case .scalableTarget(let target)? = cloud.world.resources[Self.target]?.settings else { return nil }
        return [target.min, target.max]
    }

    private func desired(_ cloud: FakeCloud) -> Int? {
        guard case .ecsService(let service)? = cloud.world.resources[Self.service]?.settings else { return nil }
        return service.desiredCount
    }

    @Test func deploymentChangesTheServiceAndNothingElse() async throws {
        let cloud = try await standing()
        let changed = manifest("    tasks: { min: 3, max: 12 }", image: "2")
        let result = try await run(cloud, ["deploy", "web"], changed)
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("note: a deployment leaves"))
        #expect(bounds(cloud) == [2, 10])
        let again = try await run(cloud, ["deploy"], changed)
        #expect(again.output.contains("web runs what the manifest says: nothing was to be done"), "\(again)")
        #expect(try await run(cloud, ["plan"], changed).output.contains("scalable-target"))
        #expect(cloud.memory.withLock { $0.lease } == nil)
    }

    /// Also who never looks at a plan is told.
    @Test func aDeploymentTellsWhatOfItsRulesIsNotKeptThere() async throws {
        let cloud = try await standing()
        let changed = manifest("    sticky: 1h\n    deploy: { canary: { share: 10, bake: 5m } }", image: "2")
        let result = try await run(cloud, ["deploy", "web"], changed)
        #expect(result.code == 0, "\(result.errors)")
        #expect(
            result.output.contains("note: services.web.deploy.canary is this machine's alone: on aws "), "\(result)")
        #expect(
            try await run(cloud, ["deploy", "web"], manifest(image: "3")).output.contains("deploy.canary") == false)
    }

    /// A canary's second target group and role come with the whole manifest, not with a version.
    @Test func aDeploymentAloneBringsNoCanaryIn() async throws {
        let cloud = try await standing()
        let changed = manifest("    deploy: { canary: { share: 10, bake: 5m } }", image: "2")
        let result = try await run(cloud, ["deploy", "web"], changed)
        #expect(result.code == 1)
        #expect(
            result.errors.hasPrefix(
                "cannot deploy: application.service.web needs application.role.canary, which does not exist yet\n"),
            "\(result.errors)")
        #expect(result.errors.contains("`terrace up --on aws` brings in the whole manifest"))
        #expect(try await run(cloud, ["up", "--yes"], changed).code == 0)
        #expect(try await run(cloud, ["plan"], changed).output.contains("No changes"))
        #expect(try await run(cloud, ["up", "--yes"], manifest(image: "2")).code == 0)
        #expect(try await run(cloud, ["plan"], manifest(image: "2")).output.contains("No changes"))
    }

    @Test(
        arguments: [
            (["./shop", "migrate"], 0, ""), (["exit", "3"], 3, ""),
            (["vanish"], 1, "the task 4711 of web ended without running the command: CannotPullContainerError"),
        ] as [([String], Int32, String)])
    func commandRunsAsATaskOfTheServicesVersion(_ words: [String], _ code: Int32, _ said: String) async throws {
        let cloud = try await standing()
        cloud.memory.withLock { $0.sleepsNot = true }
        try await withTemporaryFolder { folder in
            try writeManifest(folder, manifest())
            let terminal = TestTerminal(cloud: cloud)
            #expect(await terminal.run(["run", "web", "--on", "aws", "--"] + words, in: folder) == code)
            #expect(terminal.output == "line 1\nline 2\nline 4\n")
            #expect(
                terminal.errors.hasPrefix("started the task 4711 of web\nit is provisioning\nit is running\n\(said)"),
                "\(terminal.errors)")
            #expect(cloud.memory.withLock { $0.words } == words)
        }
    }

    @Test(arguments: ["deploy", "releases", "rollback", "scale"])
    func whatDoesNotExistYetIsSaid(verb: String) async throws {
        let result = try await run(FakeCloud(), [verb], manifest())
        #expect(result.code == 1)
        #expect(result.errors.hasPrefix("the service web of shop does not exist yet\n"), "\(result.errors)")
    }

    @Test func scalingSetsBoundsAndTheNumberOnlyWhenItIsSaid() async throws {
        let cloud = try await standing()
        let bounded = try await run(cloud, ["scale", "--min", "3", "--max", "8"], manifest())
        #expect(bounded.code == 0, "\(bounded.errors)")
        #expect(bounds(cloud) == [3, 8] && desired(cloud) == 2)
        let set = try await run(cloud, ["scale", "web", "--tasks", "4"], manifest())
        #expect(set.output.hasPrefix("web: 4 tasks, between 3 and 8; "), "\(set)")
        #expect(desired(cloud) == 4)
        #expect(try await run(cloud, ["scale"], manifest()).output.hasPrefix("web: 4 tasks"))
    }

    @Test(arguments: [["--tasks", "11"], ["--tasks", "11", "--hold", "1h"], ["--min", "11"]])
    func scalingThatWouldNotLastIsRefused(options: [String]) async throws {
        let cloud = try await standing()
        let result = try await run(cloud, ["scale", "web"] + options, manifest())
        #expect(result.code == 1)
        #expect(result.errors.contains("nothing was changed"))
        #expect(bounds(cloud) == [2, 10] && desired(cloud) == 2)
    }

    private func hold(_ cloud: FakeCloud) -> TaskHold? {
        guard case .scalableTarget(let target)? = cloud.world.resources[Self.target]?.settings else { return nil }
        return target.hold
    }

    @Test func aHoldLeavesThePlanEmptyAndEndsWithAResetOrANumber() async throws {
        let cloud = try await standing()
        let held = try await run(cloud, ["scale", "web", "--tasks", "4", "--hold", "1h"], manifest())
        #expect(held.output.hasPrefix("web: 4 tasks, between 2 and 10, held until 17:14:00, for 1 h; "), "\(held)")
        let until = Int(Samples.now.timeIntervalSince1970) + 3600
        #expect(hold(cloud) == TaskHold(tasks: 4, until: until) && desired(cloud) == 4 && bounds(cloud) == [2, 10])
        let plan = try await run(cloud, ["plan"], manifest())
        #expect(
            plan.code == 0
                && plan.output.contains("web is held at 4 until 2026-11-23T17:14:00Z: `up` leaves that alone"))
        let status = try await run(cloud, ["status"], manifest())
        #expect(status.output.contains("steady, held until 2026-11-23T17:14:00Z"), "\(status.output)")

        // Other bounds, from the manifest or an operator, leave it; a number of its own ends it.
        let wider = manifest("    tasks: { min: 2, max: 12 }")
        #expect(try await run(cloud, ["up", "--yes"], wider).code == 0)
        #expect(bounds(cloud) == [2, 12] && hold(cloud)?.tasks == 4)
        #expect(try await run(cloud, ["scale", "--max", "11"], wider).code == 0)
        #expect(bounds(cloud) == [2, 11] && hold(cloud)?.tasks == 4)
        #expect(try await run(cloud, ["scale", "--tasks", "5"], wider).code == 0)
        #expect(hold(cloud) == nil && desired(cloud) == 5)

        // Without a number the one that there is.
        #expect(try await run(cloud, ["scale", "--hold", "1d"], wider).code == 0)
        #expect(hold(cloud)?.tasks == 5)
        let reset = try await run(cloud, ["scale", "--reset"], wider)
        #expect(reset.output.hasPrefix("web: 2 tasks, between 2 and 12; "), "\(reset)")
        #expect(hold(cloud) == nil && bounds(cloud) == [2, 12] && desired(cloud) == 2)
        #expect(try await run(cloud, ["scale", "--hold", "30s"], wider).code == 64)
    }

    @Test func olderRevisionIsBroughtBackAndTheManifestsComesWithUp() async throws {
        let cloud = try await standing()
        let list = try await run(cloud, ["releases"], manifest())
        #expect(list.output.contains("web 7") && list.output.contains("running"))
        let back = try await run(cloud, ["rollback"], manifest())
        #expect(back.code == 0, "\(back.errors)")
        #expect(back.output.contains("web runs release 5, before it was 7"))
        #expect(try await run(cloud, ["rollback", "--to", "4"], manifest()).errors.contains("one of 7, 5, 3"))
        #expect(try await run(cloud, ["plan"], manifest()).code == 2)
        #expect(try await run(cloud, ["up", "--yes"], manifest()).code == 0)
        #expect(try await run(cloud, ["plan"], manifest()).code == 0)
    }

    // MARK: Jobs

    private static let schedule = Address(.application, ResourceKind.schedule.rawValue, "report")
    private static let machine = Address(.application, ResourceKind.stateMachine.rawValue, "report")

    private func withJob(_ zone: String = "UTC", image: String = "1", command: String = "./report") -> String {
        manifest(
            """
            jobs:
              report: { schedule: "30 3 * * MON-FRI", timezone: \(zone), command: \(command), timeout: 5m }
            """, image: image)
    }

    private func schedule(_ cloud: FakeCloud) -> ScheduleSettings? {
        ScheduleSettings(cloud.world.resources[Self.schedule]?.settings)
    }

    @Test func aDeploymentTakesTheServicesJobsAlong() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["up", "--yes"], withJob()).code == 0)
        #expect(schedule(cloud)?.expression == "cron(30 3 ? * 2-6 *)")
        let result = try await run(cloud, ["deploy", "web"], withJob("Europe/Berlin", image: "2"))
        #expect(result.code == 0, "\(result.errors)")
        #expect(schedule(cloud)?.timezone == "Europe/Berlin")
        #expect(try await run(cloud, ["plan"], withJob("Europe/Berlin", image: "2")).code == 0)
    }

    @Test func aRollbackTakesTheServicesJobsAlong() async throws {
        let cloud = FakeCloud()
        _ = try await run(cloud, ["up", "--yes"], withJob())
        #expect(try await run(cloud, ["rollback"], withJob()).code == 0)
        guard case .stateMachine(let machine)? = cloud.world.resources[Self.machine]?.settings else {
            throw Report("there is no state machine")
        }
        #expect(machine.taskDefinition.literal?.hasSuffix(":task-definition/shop-web:5") == true)
    }

    @Test func jobsSayWhetherAnythingStartsThem() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["jobs"], manifest()).output == "shop has no jobs\n")
        #expect(try await run(cloud, ["jobs"], withJob()).output.contains("missing"))
        _ = try await run(cloud, ["up", "--yes"], withJob())
        let ready = try await run(cloud, ["jobs"], withJob())
        #expect(ready.output.contains("report") && ready.output.contains("scheduled"), "\(ready)")
        #expect(try await run(cloud, ["status"], withJob()).output.contains("scheduled"))
        let other = try await run(cloud, ["jobs", "--json"], withJob("Europe/Berlin"))
        #expect(other.output.contains(#""state" : "differs""#) && !other.output.contains(#""next""#), "\(other)")
        cloud.memory.withLock { memory in
            guard var settings = ScheduleSettings(memory.world.resources[Self.schedule]?.settings) else { return }
            settings.isEnabled = false
            memory.world.resources[Self.schedule]?.settings = .schedule(settings)
        }
        #expect(try await run(cloud, ["jobs"], withJob()).output.contains("disabled"))
    }

    @Test(
        arguments: [
            (nil, "-     never ran", nil),
            (.running, "2 min ago  runs", nil), (.succeeded, "2 min ago  exit code 0", "succeeded"),
            (.failed(exitCode: 3, reason: nil), "2 min ago  exit code 3", "failed"),
            (.failed(exitCode: 137, reason: "no memory"), "2 min ago  exit code 137: no memory", "failed"),
            (.timedOut, "2 min ago  timed out", "timed-out"), (.stopped, "2 min ago  interrupted", "interrupted"),
            (.notStarted("no image"), "2 min ago  not started: no image", "not-started"),
        ] as [(CloudJobEnd.Result?, String, String?)])
    func jobsSayHowTheLastRunEnded(_ result: CloudJobEnd.Result?, _ text: String, _ word: String?) async throws {
        let cloud = FakeCloud()
        _ = try await run(cloud, ["up", "--yes"], withJob())
        let now = Int(Samples.now.timeIntervalSince1970) * 1000
        cloud.memory.withLock { memory in
            memory.lastRun = result.map { end in
                CloudJobEnd(startedAt: now - 120_000, endedAt: end == .running ? nil : now - 60_000, result: end)
            }
        }
        let shown = try await run(cloud, ["jobs"], withJob())
        #expect(shown.output.contains(text), "\(shown)")
        #expect(try await run(cloud, ["status"], withJob()).output.contains(text))
        let json = try await run(cloud, ["jobs", "--json"], withJob()).output
        if let word { #expect(json.contains("\"result\" : \"\(word)\"") && json.contains("endedAt"), "\(json)") }
    }

    @Test func aJobThatIsStartedByHandEndsAtItsTimeout() async throws {
        let cloud = FakeCloud()
        _ = try await run(cloud, ["up", "--yes"], withJob(command: "[wait]"))
        cloud.memory.withLock { $0.sleepsNot = true }
        let result = try await run(cloud, ["jobs", "run", "report"], withJob(command: "[wait]"))
        #expect(result.code == 124, "\(result)")
        #expect(result.errors.contains("the task 4711 is ended after its timeout of 5m"), "\(result)")
        // Looks are a second apart, and the last ones wait for lines.
        #expect(cloud.memory.withLock { $0.slept } >= .seconds(300))
        #expect(cloud.memory.withLock { $0.slept } < .seconds(310))
    }

    @Test func aJobIsStartedByHandAsATaskOfItsService() async throws {
        let cloud = FakeCloud()
        _ = try await run(cloud, ["up", "--yes"], withJob())
        cloud.memory.withLock { $0.sleepsNot = true }
        let result = try await run(cloud, ["jobs", "run", "report"], withJob())
        #expect(result.code == 0 && result.output == "line 1\nline 2\nline 4\n", "\(result)")
        #expect(cloud.memory.withLock { $0.words } == ["/bin/sh", "-c", "./report"])
        let unknown = try await run(cloud, ["jobs", "run", "sweep"], withJob())
        #expect(unknown.code == 1 && unknown.errors.hasPrefix("there is no job sweep\n"), "\(unknown)")
    }
}
