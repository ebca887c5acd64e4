import Foundation
import PeerKit
import TestKit
import Testing

/// `drill restore` on an account, with a real PostgreSQL behind its Data API and a real recovery of it behind the copy.
struct RestoreDrillTests {
    private static let manifest = PeerManifest.plain + "\ndrill: { write: { path: /entries, body: \"{}\" } }\n"

    private static func withDatabase(
        speed: Double = 0, _ body: (Trial, TrialPostgres, EdgeServer) async throws -> Void
    ) async throws {
        try await Trial.with(manifest, speed: speed) { trial in
            try await TrialPostgres.with(trial) { server in
                try await trial.terrace("up", "--yes")
                try await EdgeServer.with { edge in try await body(trial, server, edge) }
            }
        }
    }

    private static func words(_ edge: EdgeServer) -> [String] {
        ["drill", "restore", "--through", edge.address, "--yes", "--duration", "4s"]
    }

    private static func drill(
        _ trial: Trial, _ edge: EdgeServer, expecting code: Int32 = 0, _ more: String...
    ) async throws -> ToolResult {
        let result = try await trial.run(words(edge) + more)
        #expect(result.exitCode == code, "\(result.output)\(result.errors)\(trial.world.moto.complaints)")
        return result
    }

    /// Names of the account's clusters, as boto3 sees them.
    private static func clusters(_ trial: Trial) async throws -> [String] {
        struct Cluster: Decodable { var name: String }
        let text = try await trial.world.reader("clusters.py")
        #expect(text.exitCode == 0, "\(text.errors)")
        return try JSONDecoder().decode([Cluster].self, from: Data(text.output.utf8)).map(\.name)
    }

    /// Nothing that a drill makes is there, whatever else is.
    private static func expectNothingLeft(
        _ trial: Trial, _ server: TrialPostgres, _ others: [String] = [], _ what: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let clusters = try await clusters(trial)
        #expect(clusters == ["guestbook"] + others, "\(what)", sourceLocation: sourceLocation)
        let schemas = try await server.ask("select count(*) from pg_namespace where nspname = 'terrace_drill'")
        #expect(schemas == "0", "\(what)", sourceLocation: sourceLocation)
        let plan = try await trial.run("plan")
        #expect(plan.output.contains("No changes"), "\(what)\n\(plan)", sourceLocation: sourceLocation)
    }

    /// States that last, and a database of which RDS knows only what was some seconds ago.
    @Test func theCopyHasEveryRowFromBeforeTheMomentAndNoneFromAfterIt() async throws {
        try await Self.withDatabase(speed: 60) { trial, server, edge in
            let held = try await Self.drill(trial, edge)
            for line in [
                #"is the moment to restore\n"#, #"  wrote [2-9] rows more\n"#,
                #"  waits until RDS can restore 20\S+Z, which takes it some minutes: so far 20\S+Z is the latest\n"#,
                #"  RDS could restore that moment after \d"#,
                #"  RDS makes guestbook-drill-20\S+z of guestbook as of 20\S+Z\n"#,
                #"-1: the server is creating\n"#, "  the application is let into guestbook-drill-",
                #"it has ([2-9]) of the \1 rows from before, and 0 later ones\n"#,
                "holds   the copy has what was committed until .*: 0 of [2-9] missing, 0 of [2-9] too new, after ",
                #"  removes guestbook-drill-20\S+z, which takes RDS some minutes; Ctrl-C twice leaves that to the next"#,
                #"  no copy and no table of the drill's are left\n"#, "holds   no reads fail",
                "holds   no writes fail", #"restore: the hypothesis holds\n"#,
            ] {
                let isTold = held.output.range(of: line, options: .regularExpression) != nil
                #expect(isTold, "\(line)\n\(held.output)")
            }
            try await Self.expectNothingLeft(trial, server)
        }
    }

    /// In a world in which RDS misses the moment. What was last time stands beside it, and JSON has the same.
    @Test func aCopyThatMissesTheMomentBreaksTheHypothesis() async throws {
        try await Self.withDatabase { trial, server, edge in
            try await trial.spoil("shift", "-3")
            let early = try await Self.drill(trial, edge, expecting: 1)
            #expect(early.output.contains(#/BROKEN  the copy has what was .*: [1-9] of \d+ missing, 0 of/#), "\(early)")
            #expect(early.output.contains("restore: the hypothesis does not hold; 1 of"), "\(early)")
            try await Self.expectNothingLeft(trial, server)
            try await trial.spoil("shift", "4")
            let late = try await Self.drill(trial, edge, expecting: 1, "--json")
            #expect(late.output.contains(#""missing" : 0"#) && late.output.contains(/"tooNew" : [1-9]/), "\(late)")
            try await trial.spoil("shift", "0")
            let exact = try await Self.drill(trial, edge)
            let before = #/last time \(20.*\): it did not hold; .*restored after .* \(now /#
            #expect(exact.output.contains(before), "\(exact)")
            try await Self.expectNothingLeft(trial, server)
        }
    }

    /// A user's copy and a drill's know nothing of each other.
    @Test func aCopyOfAUsersIsNoneOfTheDrills() async throws {
        try await Self.withDatabase { trial, server, edge in
            try await trial.terrace("db", "restore", "--to", "1s")
            let own = try await Self.clusters(trial)
            #expect(own.count == 2 && own.last?.hasPrefix("guestbook-from-") == true)
            _ = try await Self.drill(trial, edge)
            try await Self.expectNothingLeft(trial, server, Array(own.dropFirst()))

            let wasKilled = try await trial.world.runKilled(
                [BuiltPrograms.terrace] + Self.words(edge) + ["--on", "aws"], in: trial.folder,
                at: { $1.operation == "CreateDBInstance" })
            #expect(wasKilled)
            let before = try await Self.clusters(trial)
            #expect(before.count == 3)
            // The user's goes, the drill's stays for whoever it belongs to, and no other restore takes it for its own.
            #expect(try await trial.terrace("db", "restore", "--drop").output.hasSuffix("the restored copy is gone\n"))
            let again = try await trial.terrace("db", "restore", "--to", "1s")
            #expect(!again.errors.contains("continues with") && again.output.contains("answers on guestbook-from-"))
            #expect(try await trial.terrace("status").output.contains("left by a drill"))
            let next = try await Self.drill(trial, edge)
            #expect(next.output.components(separatedBy: "removes guestbook-drill-").count == 3, "\(next.output)")
            let left = try await Self.clusters(trial)
            #expect(left.count == 2 && left.last?.hasPrefix("guestbook-from-") == true, "\(left)")
            try await Self.expectNothingLeft(trial, server, Array(left.dropFirst()))
        }
    }

    @Test(arguments: ["create schema", "CreateDBInstance", "EnableHttpEndpoint"])
    func ctrlCRemovesWhatTheDrillHasMade(at call: String) async throws {
        try await Self.withDatabase(speed: 300) { trial, server, edge in
            let stopped = try await trial.interrupted(Self.words(edge)) { Self.is($1, call) }
            #expect(stopped.exitCode == 130, "\(stopped)")
            #expect(stopped.errors.hasSuffix("stopped; what restore had made is removed\n"), "\(stopped)")
            try await Self.expectNothingLeft(trial, server)
        }
    }

    /// Killed after some of its calls that change something; with `CRASH_POINTS=all` after each of them.
    @Test func whatAKilledDrillLeavesTheNextUpRemoves() async throws {
        let kinds = [
            "create schema", "RestoreDBClusterToPointInTime", "CreateDBInstance", "\"drop schema", "DeleteDBInstance",
        ]
        try await Self.withDatabase { trial, server, edge in
            guard ProcessInfo.processInfo.environment["CRASH_POINTS"] == "all" else {
                for kind in kinds {
                    let wasKilled = try await Self.killed(trial, server, edge, kind) { Self.is($1, kind) }
                    #expect(wasKilled, "\(kind)")
                }
                return
            }
            var number = 1
            while try await Self.killed(
                trial, server, edge, "call \(number)", at: { [number] reached, _ in reached == number })
            { number += 1 }
            #expect(number > 15)
        }
    }

    @Test func aSecondCtrlCLeavesTheCopyToTheNextUpAndSaysSo() async throws {
        try await Self.withDatabase(speed: 60) { trial, server, edge in
            let stopped = try await trial.interrupted(Self.words(edge)) { _, call in
                ["CreateDBInstance", "DeleteDBInstance"].contains(call.operation)
            }
            #expect(stopped.exitCode == 130, "\(stopped)")
            #expect(stopped.errors.contains("not all that the drill makes is removed\n"), "\(stopped)")
            #expect(
                stopped.errors.contains(/left +guestbook-drill-20\S+z: RDS was not waited for\n/), "\(stopped)")
            #expect(stopped.errors.contains("`terrace up --on aws` removes what is left"), "\(stopped)")
            #expect(stopped.errors.contains("stopped; what restore had made is not removed to the last part\n"))
            try await trial.terrace("up", "--yes")
            try await Self.expectNothingLeft(trial, server)
        }
    }

    @Test func anAlarmInTheMiddleEndsTheDrillAndItsCopy() async throws {
        try await Self.withDatabase { trial, server, edge in
            trial.world.proxy.restart()
            async let drill = Self.drill(trial, edge, expecting: 1)
            let isCopied = await eventually(within: .seconds(120)) {
                trial.world.proxy.calls.contains { $0.operation == "RestoreDBClusterToPointInTime" }
            }
            #expect(isCopied)
            try await trial.spoil("alarm", "guestbook-web-cpu")
            let ended = try await drill
            #expect(ended.errors.contains("before its time: the alarm web-cpu went off"), "\(ended)")
            #expect(ended.output.contains("no copy and no table of the drill's are left"), "\(ended)")
            try await Self.expectNothingLeft(trial, server)
        }
    }

    /// AWS does what it is asked, and the first answer of every call is lost.
    @Test func aCallWithoutAnAnswerMakesNothingTwice() async throws {
        try await Self.withDatabase { trial, server, edge in
            let proxy = FaultProxy(to: trial.world.moto.port, faults: FaultRates([.failedAfter: 1], inARow: 1))
            var variables = trial.world.environment()
            variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(try await proxy.start())"
            let words = PeerWorld.placed([BuiltPrograms.terrace] + Self.words(edge) + ["--on", "aws"], trial.folder)
            let held = try await runTool(words, environment: variables)
            await proxy.stop()
            #expect(held.exitCode == 0 && held.output.contains("restore: the hypothesis holds"), "\(held)")
            try await Self.expectNothingLeft(trial, server)
        }
    }

    @Test func aDestroyTakesWhatAKilledDrillHasLeft() async throws {
        try await Self.withDatabase { trial, _, edge in
            let wasKilled = try await trial.world.runKilled(
                [BuiltPrograms.terrace] + Self.words(edge) + ["--on", "aws"], in: trial.folder,
                at: { $1.operation == "CreateDBInstance" })
            #expect(wasKilled)
            try await trial.terrace("destroy", "--yes")
            #expect(try await Self.clusters(trial).isEmpty)
        }
    }

    /// False when there was no such call.
    private static func killed(
        _ trial: Trial, _ server: TrialPostgres, _ edge: EdgeServer, _ what: String,
        at isLast: @escaping @Sendable (Int, PeerCall) -> Bool
    ) async throws -> Bool {
        let wasKilled = try await trial.world.runKilled(
            [BuiltPrograms.terrace] + words(edge) + ["--on", "aws"], in: trial.folder, at: isLast)
        let plan = try await trial.run("plan")
        let isLeft = try await clusters(trial).count > 1
        #expect(!isLeft || plan.output.contains("- database-cluster.guestbook-drill-"), "\(what)\n\(plan)")
        #expect(!isLeft || plan.output.contains("is what an interrupted drill has left"), "\(what)\n\(plan)")
        #expect(plan.exitCode == 0 || plan.exitCode == 2, "\(what)\n\(plan)")
        let up = try await trial.run("up", "--yes")
        #expect(up.exitCode == 0, "\(what)\n\(up)")
        try await expectNothingLeft(trial, server, [], what)
        return wasKilled
    }

    /// Whether the call is of that operation, or says that to PostgreSQL.
    private static func `is`(_ call: PeerCall, _ what: String) -> Bool {
        call.operation == what || (call.service == "rds-data" && call.subject.contains(what))
    }

    @Test func whereNothingCanBeRestoredNothingIsBegun() async throws {
        try await Self.withDatabase { trial, server, edge in
            try await trial.spoil("data-api")
            trial.world.proxy.restart()
            let refused = try await Self.drill(trial, edge, expecting: 1)
            #expect(refused.errors.hasPrefix("the Data API of guestbook is off, by which the drill "), "\(refused)")
            #expect(refused.errors.contains("`terrace up --on aws` switches it on"), "\(refused)")
            #expect(trial.changes == 0)
        }
    }
}
