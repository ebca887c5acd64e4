import ArgumentParser
import Foundation
import LocalTarget
import Stacks
import TestKit
import Testing

@testable import Commands

@Suite struct VerbTests {
    @Test(arguments: [
        (["status"], "terrace.yaml is not running"), (["logs"], "terrace.yaml is not running"),
        (["top"], "terrace.yaml is not running"),
        (["open", "--on", "aws"], "this verb is for the stack on this machine"),
        (["db", "endpoint"], "terrace.yaml is not running"),
        (["deploy"], "terrace.yaml is not running"), (["rollback"], "terrace.yaml is not running"),
        (["releases"], "terrace.yaml is not running"),
        (
            ["exec", "web", "--on", "aws", "--", "ls"],
            "session-manager-plugin is not on PATH: it joins a session that AWS opens in a task"
        ),
        (["jobs"], "terrace.yaml is not running"), (["jobs", "run", "tidy"], "terrace.yaml is not running"),
        (["exec", "web", "--", "ls"], "terrace.yaml is not running"),
        (["invalidate", "/a"], "terrace.yaml is not running"), (["open"], "terrace.yaml is not running"),
        (["down", "--on", "aws"], "this verb is for the stack on this machine"),
        (["db", "connect", "--on", "aws"], "cannot run the service web on aws: it has no image"),
        (["up", "nowhere.yaml"], "there is no nowhere.yaml"),
        (["up", "--environment", "staging"], "there is no terrace.staging.yaml"),
        (["up", "--environment", "../x"], "\"../x\" cannot be an environment"),
    ])
    func failureIsAReport(_ arguments: [String], _ what: String) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 1)
            #expect(terminal.errors.hasPrefix(what + "\n"))
            #expect(terminal.output == "")
        }
    }

    @Test(arguments: [
        (["verfy"], "Error: Unexpected argument 'verfy'. Did you mean 'verify'?"),
        (["db", "restor", "--to", "15m"], "Error: Unexpected argument 'restor'. Did you mean 'restore'?"),
        (["export", "mermaidd"], "Error: Unexpected argument 'mermaidd'. Did you mean 'mermaid'?"),
        (["status", "one", "two"], "Error: Unexpected argument 'two'"), (["walk"], "Error: Unexpected argument 'walk'"),
        (["superviso"], "Error: Unexpected argument 'superviso'"),
    ])
    func aVerbThatWasProbablyMeantIsNamed(_ arguments: [String], _ line: String) async throws {
        try await withTemporaryFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 64)
            #expect(terminal.errors.hasPrefix(line + "\n"), "\(terminal.errors)")
        }
    }

    @Test(arguments: [
        ["--wrong"], ["up", "a", "b"], ["invalidate", "a"], ["logs", "--since", "5x"], ["completions", "tcsh"],
        ["run", "web"], ["exec", "web"], ["exec", "web", "--task", "x", "--", "ls"], ["jobs", "run"],
        ["db", "restore"], ["db", "restore", "--to", "5m", "--drop"], ["db", "restore", "--drop", "--in-place"],
        ["db", "restore", "--to", "5m", "--yes"], ["scale", "--tasks", "0"], ["scale", "--reset", "--min", "2"],
        ["scale", "--hold", "5"],
        ["logs", "--request", "short"],
        ["dance"], ["up", "--json"], ["up", "--no-wait"], ["up", "--on", "aws", "--detach"], ["up", "--break-lock"],
        ["destroy", "--delete-data"], ["destroy", "--on", "aws", "--json"], ["plan", "--allow-replace", "database"],
    ])
    func argumentsNotUnderstoodAre64(_ arguments: [String]) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 64)
            #expect(terminal.errors.hasPrefix("Error: "))
        }
    }

    /// As `status` and `logs` name it, on both targets.
    @Test(arguments: [("web.1", [], "web --task 1"), ("web.0f3c6a1b", ["--on", "aws"], "web --task 0f3c6a1b")])
    func aTaskInPlaceOfAServiceIsHinted(_ task: String, _ target: [String], _ hint: String) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["exec", task] + target + ["--", "ls", "-l"], in: folder) == 64)
            #expect(
                terminal.errors.hasPrefix("Error: \(task) is a task: `terrace exec \(hint) -- ls`\n"),
                "\(terminal.errors)")
        }
    }

    @Test func helpAndVersionAreAnswers() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["--version"], in: folder) == 0)
            #expect(terminal.output == "terrace \(ProductVersion.current)\n")
            #expect(await terminal.run(["up", "--help"], in: folder) == 0)
            #expect(terminal.errors == "")
        }
    }

    @Test func folderStandsForItsManifest() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            let parent = folder.deletingLastPathComponent()
            #expect(await terminal.run(["check", folder.lastPathComponent], in: parent) == 0)
            #expect(terminal.output.hasPrefix("\(folder.lastPathComponent)/terrace.yaml is right: stack shop"))
        }
    }

    @Test func mistakesInTheManifestAreShownAndFail() async throws {
        try await inFolder { folder in
            try writeManifest(folder, "nothing: right\n")
            let terminal = TestTerminal()
            #expect(await terminal.run(["check"], in: folder) == 1)
            #expect(terminal.errors.contains("terrace.yaml:1:1"))
        }
    }

    @Test func costIsEstimatedWithoutAnAccount() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["cost", "--why"], in: folder) == 0)
            #expect(terminal.output.hasPrefix("shop in us-east-1, a month of 730 hours"))
            #expect(terminal.output.contains("\nwhat would change it"))
            #expect(terminal.errors == "")
        }
    }

    /// Whose credentials they are matters to nobody who is not asked.
    @Test func aProfileWithoutARefreshIsRefused() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["cost", "--profile", "production"], in: folder) == 64)
            #expect(terminal.errors.contains("--profile needs --refresh"))
            #expect(terminal.output == "")
        }
    }

    @Test(arguments: [("10000", 0), ("10", 1)] as [(String, Int32)])
    func aStackAboveItsBudgetIsShownAndFails(_ budget: String, _ code: Int32) async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "terrace.yaml")
            let manifest = try String(contentsOf: file, encoding: .utf8)
            try writeManifest(folder, manifest + "\nbudget: \(budget)\n")
            for arguments in [["cost"], ["cost", "--json"]] {
                let terminal = TestTerminal()
                #expect(await terminal.run(arguments, in: folder) == code)
                #expect(terminal.output.contains("encryption key"))
                #expect(terminal.errors.contains("above the budget of $10.00") == (code == 1))
            }
        }
    }

    @Test func aRegionWithoutPricesIsNoGuess() async throws {
        try await inFolder { folder in
            let manifest = try String(contentsOf: folder.appending(path: "terrace.yaml"), encoding: .utf8)
            try writeManifest(folder, manifest + "\nregion: sa-east-1\n")
            let terminal = TestTerminal()
            #expect(await terminal.run(["cost"], in: folder) == 1)
            #expect(terminal.errors.hasPrefix("no prices are known for the region sa-east-1\n"))
            #expect(terminal.output == "")
        }
    }

    @Test func stoppingWhatDoesNotRunIsNoError() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["down"], in: folder) == 0)
            #expect(terminal.output == "terrace.yaml is not running\n")
        }
    }

    @Test func runningStackAnswersAlthoughItsManifestIsGone() async throws {
        try await running(FakeSupervisor()) { folder in
            try FileManager.default.removeItem(at: folder.appending(path: "terrace.yaml"))
            let terminal = TestTerminal()
            #expect(await terminal.run(["status"], in: folder) == 0)
            #expect(terminal.output == StatusView(style: .plain, width: 80, now: Samples.now).text(Samples.ready))
            #expect(await terminal.run(["down"], in: folder) == 0)
        }
    }

    @Test func downWaitsForTheEnd() async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["down"], in: folder) == 0)
            #expect(supervisor.stops == 1)
            #expect(terminal.output.contains("shop has stopped"))
            #expect(await terminal.run(["status"], in: folder) == 1)
        }
    }

    @Test func upOnARunningStackWithoutDifferenceChangesNothing() async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["up", "--detach"], in: folder) == 0)
            #expect(terminal.output == "shop runs as terrace.yaml says: nothing to change\n")
            #expect(supervisor.applied.isEmpty)
        }
    }

    @Test(
        arguments: [
            (nil, ["up"], 2, 0), (nil, ["up", "--yes"], 0, 1), (["n"], ["up"], 2, 0), (["y"], ["up"], 0, 1),
            ([], ["up"], 2, 0),
        ] as [([String]?, [String], Int32, Int)])
    func changesAreAppliedOnlyWhenAgreed(
        _ typing: [String]?, _ arguments: [String], _ code: Int32, _ applied: Int
    ) async throws {
        let supervisor = FakeSupervisor(changes: 2)
        try await running(supervisor) { folder in
            let terminal = TestTerminal(typing: typing)
            #expect(await terminal.run(arguments, in: folder) == code)
            #expect(supervisor.applied.count == applied)
            #expect(terminal.output.contains("step 3") == (applied == 1))
        }
    }

    @Test func logsOutliveTheirStack() async throws {
        try await inFolder { folder in
            let logs = folder.appending(path: ".terrace/logs")
            try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
            let line = "2026-11-23T14:00:00.000Z web.1 err cannot reach redis\n"
            try Data(line.utf8).write(to: logs.appending(path: "web.log"))
            let terminal = TestTerminal()
            #expect(await terminal.run(["logs", "web"], in: folder) == 0)
            #expect(terminal.output.contains("cannot reach redis"))
            #expect(await terminal.run(["logs", "--follow"], in: folder) == 1)
        }
    }

    @Test func whatNeedsARestartIsShownAndLeftAlone() async throws {
        let supervisor = FakeSupervisor(changes: 1, needsRestart: true)
        try await running(supervisor) { folder in
            let terminal = TestTerminal(typing: ["y"])
            #expect(await terminal.run(["up", "--yes"], in: folder) == 2)
            #expect(supervisor.applied.isEmpty)
            #expect(terminal.output.contains("nothing was changed; `terrace down`, then `terrace up`"))
        }
    }

    @Test func upRunsUntilSomebodyStopsIt() async throws {
        try await inFolder { folder in
            let supervisor = FakeSupervisor()
            let terminal = TestTerminal()
            let up = Task { await terminal.run(["up"], in: folder, launching: supervisor) }
            #expect(await eventually { terminal.output.contains("shop is ready") })
            #expect(terminal.output.contains("16:14:00  edge          listens"))
            #expect(await TestTerminal().run(["down"], in: folder) == 0)
            // Whatever has failed, `up` ends and the test with it.
            await supervisor.stop()
            #expect(await up.value == 0)
        }
    }

    @Test func liveViewGivesTheTerminalBack() async throws {
        try await inFolder { folder in
            let line = LogLine(time: Samples.now, task: "web.1", stream: .out, text: "hello")
            let supervisor = FakeSupervisor(log: [line])
            let terminal = TestTerminal(isLive: true)
            let up = Task { await terminal.run(["up"], in: folder, launching: supervisor) }
            #expect(await eventually { terminal.output.contains("hello") })
            #expect(terminal.output.hasPrefix("\u{1B}[?1049h\u{1B}[?25l"))
            #expect(await TestTerminal().run(["down"], in: folder) == 0)
            // Whatever has failed, `up` ends and the test with it.
            await supervisor.stop()
            #expect(await up.value == 0)
            let end = "\u{1B}[?25h\u{1B}[?1049lshop has stopped; `terrace up` starts it again, its data is kept\n"
            #expect(terminal.output.hasSuffix(end))
        }
    }

    @Test func upThatDoesNotComeUpSaysWhyAndStops() async throws {
        try await inFolder { folder in
            let failure = Report("web.1 does not start: ./shop: no such file", next: "build it")
            let supervisor = FakeSupervisor(startFailure: failure)
            let terminal = TestTerminal()
            #expect(await terminal.run(["up"], in: folder, launching: supervisor) == 1)
            #expect(terminal.errors == failure.description + "\n")
            #expect(supervisor.stops >= 1)
            #expect(SupervisorLock.holder(StackFolder(manifestFolder: folder, environment: nil)) == nil)
        }
    }

    @Test func logsAskForWhatWasTyped() async throws {
        let line = LogLine(time: Samples.now, task: "web.1", stream: .out, text: "hello")
        let supervisor = FakeSupervisor(log: [line])
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["logs", "web", "--since", "5m"], in: folder) == 0)
            #expect(terminal.output == "16:14:00 web.1    hello\n")
            #expect(supervisor.asked == [LogQuery(service: "web", since: Samples.now.addingTimeInterval(-300))])
        }
    }

    @Test(arguments: [
        ("deploy", "the deployment goes on; `terrace status` shows it, `terrace rollback` takes it back\n"),
        ("rollback", "the rollback goes on; `terrace status` shows it\n"),
    ])
    func whoStopsWatchingIsToldThatItGoesOn(verb: String, words: String) async throws {
        let supervisor = FakeSupervisor(deploysForLong: true)
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            let watching = Task { await terminal.run([verb], in: folder) }
            #expect(await eventually { terminal.output.contains("web.3: healthy") })
            terminal.stopSignals.arrived()
            #expect(await watching.value == 130)
            #expect(terminal.errors == words)
            #expect(supervisor.deployments == 0)
        }
        // It was neither broken off nor begun twice.
        #expect(await eventually { supervisor.deployments == (verb == "deploy" ? 1 : 0) })
    }

    @Test func whoStopsWatchingAChangeOfTheStackIsToldThatItGoesOn() async throws {
        let supervisor = FakeSupervisor(changes: 1, deploysForLong: true)
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            let watching = Task { await terminal.run(["up", "--yes"], in: folder) }
            #expect(await eventually { terminal.output.contains("step 3") })
            terminal.stopSignals.arrived()
            #expect(await watching.value == 130)
            #expect(
                terminal.errors
                    == "the change goes on; `terrace status` shows the stack, `terrace plan` what is still to be changed\n"
            )
            #expect(supervisor.applied.isEmpty)
        }
        #expect(await eventually { supervisor.applied.count == 1 })
    }

    @Test(arguments: [
        (
            ["db", "rotate"], DatabaseOrder.rotate,
            "the rotation goes on: `terrace status` shows tasks that come and go"
        ),
        (["db", "backup"], .backup, "the backup goes on; `terrace db backup --list` shows it"),
        (
            ["db", "restore", "--to", "2026-11-23T13:00:00Z", "--in-place", "--yes"],
            .restoreInPlace(Date(timeIntervalSince1970: 1_795_438_800)), "the restore goes on; "
        ),
        (
            ["db", "restore", "--to", "2026-11-23T13:00:00Z"], .restore(Date(timeIntervalSince1970: 1_795_438_800)),
            "the copy is made all the same; `terrace db restore --drop` ends it\n"
        ),
    ])
    func whoStopsWatchingTheDatabaseIsToldThatItGoesOn(
        arguments: [String], order: DatabaseOrder, words: String
    ) async throws {
        let supervisor = FakeSupervisor(deploysForLong: true)
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            let watching = Task { await terminal.run(arguments, in: folder) }
            #expect(await eventually { supervisor.orders == [order] })
            terminal.stopSignals.arrived()
            #expect(await watching.value == 130)
            #expect(terminal.errors.hasPrefix(words), "\(terminal.errors)")
            #expect(supervisor.deployments == 0)
        }
        #expect(await eventually { supervisor.deployments == 1 })
    }

    @Test func whoStopsBeforeTheSupervisorWasAskedIsToldThatNothingWasChanged() async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            let surroundings = terminal.surroundings(folder)
            let code = await Surroundings.$current.withValue(surroundings) {
                do {
                    _ = try await WatchedChange.watch("it goes on") { _ in
                        terminal.stopSignals.arrived()
                        try await Task.sleep(for: .seconds(600))
                    }
                    return Int32(0)
                } catch { return (error as? ExitCode)?.rawValue ?? 1 }
            }
            #expect(code == 130)
            #expect(terminal.errors == "nothing was changed\n")
        }
    }

    @Test func requestCanBeFollowedFromItsFirstLine() async throws {
        let file = UnreadableLog(path: "/shop/edge.log.4", reason: "Permission denied")
        let supervisor = FakeSupervisor(unreadable: [file], endsLogs: true)
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["logs", "-f", "--request", "1-6925a8f2-5d1c0ab3"], in: folder) == 1)
            #expect(supervisor.asked == [LogQuery(follow: true, request: "1-6925a8f2-5d1c0ab3")])
            #expect(terminal.errors.contains("cannot read /shop/edge.log.4: Permission denied"))
        }
    }

    @Test func filesThatCannotBeReadAreNamedBelowTheLines() async throws {
        let line = LogLine(time: Samples.now, task: "web.1", stream: .out, text: "hello")
        let files = [
            UnreadableLog(path: "/shop/access.log.1", reason: "Permission denied"),
            UnreadableLog(path: "/shop/edge.log", reason: "Input/output error"),
        ]
        try await running(FakeSupervisor(log: [line], unreadable: files)) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["logs", "--request", "1-6925a8f2-5d1c0ab3"], in: folder) == 1)
            #expect(terminal.output == "16:14:00 web.1    hello\n")
            #expect(terminal.errors.contains("cannot read /shop/access.log.1: Permission denied"))
            #expect(terminal.errors.contains("cannot read /shop/edge.log: Input/output error"))
        }
    }

    @Test func logsOfAStackThatIsDownNameWhatCannotBeRead() async throws {
        try await inFolder { folder in
            let logs = folder.appending(path: ".terrace/logs")
            try FileManager.default.createDirectory(
                at: logs.appending(path: "web.log.1"), withIntermediateDirectories: true)
            try Data("2026-11-23T14:00:00.000Z web.1 err cannot reach redis\n".utf8)
                .write(to: logs.appending(path: "web.log"))
            let terminal = TestTerminal()
            #expect(await terminal.run(["logs", "web"], in: folder) == 1)
            #expect(terminal.output.contains("cannot reach redis"))
            #expect(terminal.errors.contains("web.log.1: Is a directory"))
        }
    }

    @Test func passwordIsShownOnlyWhenAskedFor() async throws {
        try await running(FakeSupervisor()) { folder in
            let hidden = TestTerminal()
            let shown = TestTerminal()
            #expect(await hidden.run(["db", "credentials"], in: folder) == 0)
            #expect(hidden.output.contains("PGPASSWORD=•••\n"))
            #expect(await shown.run(["db", "credentials", "--show-password", "--reader"], in: folder) == 0)
            expectGolden(shown.output, "db-credentials-shown")
        }
    }

    @Test(arguments: [("/static/*", "gave up 3 answers\n"), ("/nothing", "gave up 0 answers\n")])
    func invalidationSaysHowMany(pattern: String, wanted: String) async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["invalidate", pattern], in: folder) == 0)
            #expect(terminal.output == wanted)
        }
    }

    @Test(
        arguments: [
            (["deploy"], 2, "  web.3: healthy\nweb runs release 2, before it was 1\n"),
            (["deploy", "web"], 0, "  web.3: healthy\nweb runs release 1 as before: nothing was to be done\n"),
            (["rollback"], 0, "  web.3: healthy\nweb runs release 1, before it was 2\n"),
            (["rollback", "web", "--to", "7"], 0, "  web.3: healthy\nweb runs release 7, before it was 2\n"),
        ] as [([String], Int, String)])
    func deploymentsSayWhatRunsNow(_ arguments: [String], _ changes: Int, _ wanted: String) async throws {
        try await running(FakeSupervisor(changes: changes)) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 0)
            #expect(terminal.output == wanted)
        }
    }

    @Test func deploymentThatIsGivenUpFailsWithItsReport() async throws {
        let failure = Report("web was not deployed: release 2 was given up", state: "release 1 of web goes on")
        try await running(FakeSupervisor(applyFailure: failure)) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["deploy"], in: folder) == 1)
            #expect(terminal.errors == failure.description + "\n")
        }
    }

    @Test(
        arguments: [
            (["scale"], "web: 2 tasks, between 2 and 10; scales on cpu 60 per cent\n"),
            (
                ["scale", "web", "--tasks", "4", "--hold", "1h"],
                "web: 4 tasks, between 2 and 10, held until 17:14:00, for 1 h; scales on cpu 60 per cent\n"
            ),
            (
                ["scale", "--min", "1", "--max", "8"],
                "web: 2 tasks, between 1 and 8 (not the manifest's); scales on cpu 60 per cent\n"
            ),
        ])
    func scalingSaysWhatIsWantedNow(_ arguments: [String], _ wanted: String) async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 0)
            #expect(terminal.output == wanted)
        }
    }

    @Test(
        arguments: [
            (["run", "web", "--", "echo"], 0, "echo\n"), (["run", "web", "--", "exit", "a", "b"], 2, "exit a b\n"),
            (["run", "web", "--", "kill"], 137, "kill\n"), (["run", "web", "--", "eat"], 137, "eat\n"),
        ] as [([String], Int32, String)])
    func commandOfATaskEndsAsItEnded(_ arguments: [String], _ code: Int32, _ wanted: String) async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == code)
            #expect(terminal.output == wanted)
            let told = "the command was killed for using more than its 512 MiB; `memory:` of web in the manifest "
            #expect(
                terminal.errors == "beside\n" + (wanted == "eat\n" ? told + "sets how much it may use\n" : ""))
        }
    }

    @Test(
        arguments: [
            ("report", 0), ("tidy", 3), ("mails", 137), ("frames", 137), ("sums", 124), ("import", 1), ("nothing", 1),
        ]
            as [(String, Int32)])
    func jobStartedByHandEndsAsItEnded(_ name: String, _ code: Int32) async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["jobs", "run", name], in: folder) == code)
            #expect(terminal.output == (name == "nothing" ? "" : "tidied\n"))
            #expect(terminal.errors.isEmpty == !["import", "nothing", "frames"].contains(name))
        }
    }

    @Test func jobsReadAsReviewed() async throws {
        var status = Samples.ready
        status.jobs = Samples.jobs
        try await running(FakeSupervisor(status: status)) { folder in
            let (terminal, screen, json) = (TestTerminal(), TestTerminal(), TestTerminal())
            #expect(await terminal.run(["jobs"], in: folder) == 0)
            #expect(await screen.run(["status"], in: folder) == 0)
            expectGolden("\(terminal.output)\n\(screen.output)", "jobs")
            #expect(await json.run(["jobs", "--json"], in: folder) == 0)
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            #expect((try? decoder.decode([JobStatus].self, from: Data(json.output.utf8))) == Samples.jobs)
        }
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["jobs"], in: folder) == 0)
            #expect(terminal.output == "shop has no jobs\n")
        }
    }

    @Test(arguments: [true, false]) func aCommandBesideATaskHasWhatTheTaskHas(_ isTerminal: Bool) async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal(typing: isTerminal ? [] : nil)
            let words = ["exec", "web", "--task", "3", "--", "ls", "-l"]
            let environment = ["TERM": "xterm", "MINE": "1"]
            #expect(await terminal.run(words, in: folder, environment: environment) == 1)
            var expected = ["PORT": "20001", "PGPASSWORD": "swordfish"]
            if isTerminal { expected["TERM"] = "xterm" }
            #expect(
                terminal.became
                    == ProgramStart(
                        path: "/bin/ls", arguments: ["-l"], environment: expected, folder: "/srv/shop", user: 1234))
            #expect(!terminal.errors.contains("swordfish"))
        }
    }

    @Test func releasesReadAsReviewed() async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["releases"], in: folder) == 0)
            expectGolden(terminal.output, "releases")
        }
    }

    @Test func endpointsArePrintedAloneForScripts() async throws {
        try await running(FakeSupervisor()) { folder in
            let both = TestTerminal()
            let reader = TestTerminal()
            #expect(await both.run(["db", "endpoint"], in: folder) == 0)
            #expect(both.output == "writer  127.0.0.1:54301\nreader  127.0.0.1:54302\n")
            #expect(await reader.run(["db", "endpoint", "--reader"], in: folder) == 0)
            #expect(reader.output == "127.0.0.1:54302\n")
        }
    }

    @Test func psqlGetsThePasswordThroughItsEnvironment() async throws {
        try await running(FakeSupervisor()) { folder in
            let program = folder.appending(path: "psql")
            try Data("#!/bin/sh\n".utf8).write(to: program)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program.path(percentEncoded: false))
            let terminal = TestTerminal()
            let environment = [
                "PATH": "/nowhere:\(folder.path(percentEncoded: false))", "PGSERVICE": "mine", "HOME": "/root",
            ]
            let words = ["db", "connect", "--reader", "--", "-c", "select 1"]
            #expect(await terminal.run(words, in: folder, environment: environment) == 1)
            let became = try #require(terminal.became)
            #expect(became.arguments == ["-c", "select 1"])
            #expect(became.environment["PGPASSWORD"] == "swordfish")
            #expect(became.environment["PGPORT"] == "54302")
            #expect(became.environment["PGSERVICE"] == nil)
            #expect(became.environment["HOME"] == "/root")
            #expect(!terminal.errors.contains("swordfish"))
        }
    }

    @Test func openPrintsTheAddressWithoutADesktop() async throws {
        try await running(FakeSupervisor()) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["open"], in: folder) == 0)
            #expect(terminal.output == "https://localhost:8443\n")
        }
    }

    @Test(
        arguments: [
            (nil, ["destroy"], 1, true), (["guestbook"], ["destroy"], 1, true), (["shop"], ["destroy"], 0, false),
            (nil, ["destroy", "--yes"], 0, false),
        ] as [([String]?, [String], Int32, Bool)])
    func dataGoesOnlyWhenTheStackIsNamed(
        _ typing: [String]?, _ arguments: [String], _ code: Int32, _ remains: Bool
    ) async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            try Data("rows".utf8).write(to: URL(filePath: place.path("data")))
            let terminal = TestTerminal(typing: typing)
            #expect(await terminal.run(arguments, in: folder) == code)
            #expect(FileManager.default.fileExists(atPath: place.path("data")) == remains)
            #expect(place.exists == remains)
            #expect((supervisor.stops > 0) == !remains)
        }
    }

    @Test(
        arguments: [
            (nil, [], 1, false), (["guestbook"], [], 1, false), (["shop"], [], 0, true), (nil, ["--yes"], 0, true),
        ] as [([String]?, [String], Int32, Bool)])
    func theDatabaseIsPutBackOnlyWhenTheStackIsNamed(
        _ typing: [String]?, _ more: [String], _ code: Int32, _ isDone: Bool
    ) async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let terminal = TestTerminal(typing: typing)
            let order = ["db", "restore", "--to", "2026-11-23T14:00:00Z", "--in-place"]
            #expect(await terminal.run(order + more, in: folder) == code)
            #expect(supervisor.orders == (isDone ? [.restoreInPlace(Samples.start)] : []))
            if typing == ["shop"] { expectGolden(terminal.output, "restore-in-place") }
            if !isDone { #expect(terminal.errors.contains("nothing was changed")) }
        }
    }

    @Test func whatWasKeptIsDeletedWhenSomebodySaysSo() async throws {
        let supervisor = FakeSupervisor()
        try await running(supervisor) { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["db", "restore", "--drop-kept"], in: folder) == 0)
            #expect(terminal.output == "deleted 39.5 MiB in \(Samples.keptData.path)\n")
            #expect(supervisor.orders == [.dropKept])
        }
    }

    @Test func initNeverTouchesAnExistingManifest() async throws {
        try await withTemporaryFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["init"], in: folder) == 0)
            let written = try String(contentsOf: folder.appending(path: "terrace.yaml"), encoding: .utf8)
            #expect(written.contains("stack: "))
            #expect(await terminal.run(["init"], in: folder) == 1)
            #expect(try String(contentsOf: folder.appending(path: "terrace.yaml"), encoding: .utf8) == written)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsNameTheVerbs(_ shell: String) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["completions", shell], in: folder) == 0)
            #expect(terminal.output.contains("destroy"))
        }
    }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder)
            try await body(folder)
        }
    }

    private func running(_ supervisor: FakeSupervisor, _ body: (URL) async throws -> Void) async throws {
        try await inFolder { folder in
            try await withRunningStack(supervisor, in: folder) { _ in try await body(folder) }
        }
    }
}
