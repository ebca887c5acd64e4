import Foundation
import PeerKit
import TestKit
import Testing

/// The database of a moment ago, as RDS restores it: as a copy, and in place.
struct RestoreTests {
    /// A cluster as boto3 sees it (`Tests/Peers/clusters.py`).
    private struct Cluster: Decodable, Equatable {
        var name: String
        /// RDS's own, which no renaming changes.
        var id: String
        var servers: [String]
        /// The place in the stack that its tags say.
        var address: String?
        var protected: Bool
        /// As whom somebody can sign in.
        var logins: [String]
    }

    private static func withDatabase(speed: Double = 0, _ body: (Trial) async throws -> Void) async throws {
        try await Trial.with(PeerManifest.plain, speed: speed) { trial in
            try await trial.terrace("up", "--yes")
            try await body(trial)
        }
    }

    private static func clusters(_ trial: Trial) async throws -> [Cluster] {
        let text = try await trial.world.reader("clusters.py")
        #expect(text.exitCode == 0, "\(text.errors)")
        return try JSONDecoder().decode([Cluster].self, from: Data(text.output.utf8))
    }

    /// A moment at which the database was as it is now and after which everything else happens. RDS can restore it by then, although it
    /// is five minutes behind.
    private static func moment(speed: Double = 0) async throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let over = Double(now + 1) + (speed > 0 ? 300 / speed : 0)
        #expect(await eventually(within: .seconds(20)) { Date().timeIntervalSince1970 > over })
        return Date(timeIntervalSince1970: Double(now)).formatted(.iso8601)
    }

    /// The cluster under the stack's name is this one, it is all that a plan wants, and nothing else has a place in the stack.
    private static func expectServing(_ trial: Trial, not old: Cluster, kept count: Int) async throws {
        let all = try await clusters(trial)
        let serving = try #require(all.first { $0.name == "guestbook" })
        #expect(serving.id != old.id && serving.protected && serving.servers == ["guestbook-db-1", "guestbook-db-2"])
        #expect(all.filter { $0.address != nil }.map(\.name) == ["guestbook"])
        let kept = all.filter { $0.name.hasPrefix("guestbook-before-") }
        #expect(kept.count == count && kept.contains { $0.id == old.id } && all.count == count + 1, "\(all)")
        #expect(kept.allSatisfy { cluster in cluster.servers.allSatisfy { $0.hasPrefix(cluster.name) } })
        #expect(try await trial.terrace("plan").output.contains("No changes"))
    }

    @Test func aCopyStandsBesideTheDatabaseUntilItIsDropped() async throws {
        try await Self.withDatabase { trial in
            let moment = try await Self.moment()
            try await trial.terrace("db", "rotate")
            let before = try await Self.clusters(trial)
            let made = try await trial.terrace("db", "restore", "--to", moment)
            #expect(made.output.contains("the database as of \(moment) answers on guestbook-from-"), "\(made.output)")
            let all = try await Self.clusters(trial)
            let copy = try #require(all.first { $0.name.hasPrefix("guestbook-from-") })
            #expect(copy.address == nil && copy.servers == ["\(copy.name)-1"] && !copy.protected)
            // Then it was the other one.
            #expect(copy.logins == ["guestbook_alternate"])
            #expect(all.filter { $0 != copy } == before)
            #expect(try await trial.terrace("plan").output.contains("No changes"))

            let again = try await trial.terrace("db", "restore", "--to", moment)
            #expect(again.errors.contains("continues with \(copy.name)") && again.output.contains("answers on"))
            let other = try await trial.terrace("db", "restore", "--to", "0s", expecting: 1)
            #expect(other.errors.contains("there is a restored copy already, \(copy.name)"), "\(other.errors)")
            #expect(try await trial.terrace("db", "restore", "--drop").output.hasSuffix("the restored copy is gone\n"))
            #expect(try await Self.clusters(trial) == before)
            try await trial.expectFacts()
            #expect(try await trial.terrace("db", "restore", "--drop").output == "the restored copy is gone\n")
        }
    }

    @Test func aMomentOutsideOfTheWindowIsRefusedWithItsBounds() async throws {
        try await Self.withDatabase { trial in
            trial.world.proxy.restart()
            for to in ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
                for more in [[], ["--in-place", "--yes"]] {
                    let refused = try await trial.run(["db", "restore", "--to", to] + more)
                    #expect(refused.exitCode == 1)
                    #expect(refused.errors.hasPrefix("cannot restore the database to \(to)\n"), "\(refused.errors)")
                    #expect(refused.errors.contains(/a moment from 20\d\d-.*Z until 20\d\d-.*Z/), "\(refused.errors)")
                }
            }
            #expect(trial.changes == 0)
        }
    }

    @Test func inPlaceTheCopyTakesEveryNameAndWhatServedIsKept() async throws {
        try await Self.withDatabase { trial in
            let old = try #require(try await Self.clusters(trial).first)
            let moment = try await Self.moment()
            try await trial.terrace("db", "rotate")
            let unasked = try await trial.terrace("db", "restore", "--to", moment, "--in-place", expecting: 1)
            #expect(unasked.errors.hasPrefix("nobody can type the stack's name here"))
            #expect(try await Self.clusters(trial).count == 1)
            let done = try await trial.terrace("db", "restore", "--to", moment, "--in-place", "--yes")
            #expect(done.output.contains("the database is that of \(moment) after "), "\(done.output)")
            #expect(done.output.contains("; it was away for "), "\(done.output)")
            try await Self.expectServing(trial, not: old, kept: 1)
            let listed = try await trial.terrace("db", "backup", "--list").output
            #expect(listed.contains(/kept aside   guestbook-before-\S+, the database until 20/), "\(listed)")

            // Back, from what is kept: the moment was the database's before the exchange.
            let back = try #require(done.output.firstMatch(of: /back    terrace (db restore --to \S+ --in-place)/))
            try await trial.terrace("up", "--yes")
            let returned = try await trial.run(back.output.1.split(separator: " ").map(String.init) + ["--yes"])
            #expect(returned.exitCode == 0 && returned.output.contains("of guestbook-before-"), "\(returned)")
            try await Self.expectServing(trial, not: old, kept: 2)

            let dropped = try await trial.terrace("db", "restore", "--drop-kept").output
            #expect(dropped.components(separatedBy: "deleted guestbook-before-").count == 3, "\(dropped)")
            #expect(try await Self.clusters(trial).map(\.name) == ["guestbook"])
            #expect(try await trial.terrace("db", "backup", "--list").output.contains("-final-"))
            #expect(try await trial.terrace("db", "restore", "--drop-kept").output == "nothing is kept aside\n")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await trial.expectFacts()
        }
    }

    @Test func aSnapshotIsRestoredByItsNameAndDestroyLeavesNothing() async throws {
        try await Self.withDatabase { trial in
            try await trial.terrace("db", "backup")
            let listed = try await trial.terrace("db", "backup", "--list").output
            let found = try #require(listed.firstMatch(of: /(guestbook-\d{8}-\d{6}), kept until you delete it/))
            let name = String(found.output.1)
            let none = try await trial.terrace("db", "restore", "--snapshot", "nothing", expecting: 1)
            #expect(
                none.errors.hasPrefix("there is no snapshot nothing of the database of guestbook"), "\(none.errors)")
            #expect(none.errors.contains(name), "\(none.errors)")

            let old = try #require(try await Self.clusters(trial).first)
            try await trial.terrace("db", "restore", "--snapshot", name, "--in-place", "--yes")
            try await Self.expectServing(trial, not: old, kept: 1)
            let copy = try await trial.terrace("db", "restore", "--snapshot", name)
            #expect(copy.output.contains("the database as of snapshot \(name) answers on"), "\(copy.output)")
            #expect(try await Self.clusters(trial).count == 3)
            try await trial.terrace("destroy", "--yes")
            #expect(try await Self.clusters(trial).isEmpty)
        }
    }

    /// States that last, and names that change late.
    @Test func theSameWithTimeThatPasses() async throws {
        try await Self.withDatabase(speed: 300) { trial in
            let old = try #require(try await Self.clusters(trial).first)
            let moment = try await Self.moment(speed: 300)
            try await trial.terrace("db", "restore", "--to", moment, "--in-place", "--yes")
            try await Self.expectServing(trial, not: old, kept: 1)
        }
    }

    /// Whatever the second one asks for, it changes nothing, and it says why.
    @Test func ofTwoRestoresAtOnceTheSecondIsRefused() async throws {
        try await Self.withDatabase(speed: 60) { trial in
            let old = try #require(try await Self.clusters(trial).first)
            let moment = try await Self.moment(speed: 60)
            async let first = trial.run("db", "restore", "--to", moment, "--in-place", "--yes")
            while try await Self.clusters(trial).count < 2 {}
            for words in [["--to", moment, "--in-place", "--yes"], ["--to", "1s", "--in-place", "--yes"], ["--drop"]] {
                let second = try await trial.run(["db", "restore"] + words)
                let isRefused =
                    second.errors.contains("guestbook is being changed by somebody else")
                    || second.errors.contains("there is a restored copy already, guestbook-from-")
                    || second.errors.contains("it is taking the running database's place")
                #expect(second.exitCode == 1 && isRefused, "\(words) \(second)")
            }
            let done = try await first
            #expect(done.exitCode == 0, "\(done)")
            try await Self.expectServing(trial, not: old, kept: 1)
        }
    }

    /// Of a command that was killed after its last call nothing is left but what it was to bring about.
    @Test func whatIsDoneIsNotDoneOnceMore() async throws {
        try await Self.withDatabase { trial in
            let old = try #require(try await Self.clusters(trial).first)
            let moment = try await Self.moment()
            let words = ["db", "restore", "--to", moment, "--in-place", "--yes"]
            let first = try await trial.run(words)
            #expect(first.exitCode == 0, "\(first)")
            trial.world.proxy.restart()
            let again = try await trial.run(words)
            #expect(again.exitCode == 0, "\(again)")
            #expect(again.output.hasPrefix("the database is that of \(moment) already, since 20"), "\(again)")
            #expect(again.output.contains("\nkept    guestbook-before-"), "\(again)")
            #expect(again.output.hasSuffix("the same command with --again\n"), "\(again)")
            let relative = try await trial.run("db", "restore", "--to", "1m", "--in-place", "--yes")
            #expect(relative.errors.hasPrefix("the database was put back to \(moment) at 20"), "\(relative)")
            #expect(relative.exitCode == 1 && trial.changes == 0)
            try await Self.expectServing(trial, not: old, kept: 1)
            let third = try await trial.run(words + ["--again"])
            #expect(third.exitCode == 0 && third.output.contains("RDS makes guestbook-from-"), "\(third)")
            try await Self.expectServing(trial, not: old, kept: 2)
        }
    }

    /// RDS does what it is asked, and the first answer of every call is lost.
    @Test func whatWasMadeByACallWithoutAnAnswerIsTakenForItsOwn() async throws {
        try await Self.withDatabase { trial in
            let old = try #require(try await Self.clusters(trial).first)
            let moment = try await Self.moment()
            let proxy = FaultProxy(to: trial.world.moto.port, faults: FaultRates([.failedAfter: 1], inARow: 1))
            var variables = trial.world.environment()
            variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(try await proxy.start())"
            let words = ["db", "restore", "--to", moment, "--in-place", "--yes", "--on", "aws"]
            let done = try await runTool(
                PeerWorld.placed([BuiltPrograms.terrace] + words, trial.folder), environment: variables)
            await proxy.stop()
            #expect(done.exitCode == 0, "\(done)")
            try await Self.expectServing(trial, not: old, kept: 1)
        }
    }

    /// Killed after some of its calls that change something, then run again. With `CRASH_POINTS=all` after each of them.
    @Test func aRestoreInPlaceThatIsKilledIsContinued() async throws {
        let isWhole = ProcessInfo.processInfo.environment["CRASH_POINTS"] == "all"
        try await Self.withDatabase { trial in
            for number in isWhole ? Array(1...60) : [4, 16, 21, 23, 26] {
                let isOver = try await !Self.restoreKilled(trial, after: number)
                if isOver { return #expect(number > 20) }
            }
            if isWhole { Issue.record("a restore in place makes more than 60 calls that change something") }
        }
    }

    /// False when it makes fewer calls.
    private static func restoreKilled(_ trial: Trial, after number: Int) async throws -> Bool {
        let before = try await clusters(trial)
        let old = try #require(before.first(where: isServing), "after \(number)")
        let words = ["db", "restore", "--to", try await moment(), "--in-place", "--yes"]
        let command = [BuiltPrograms.terrace] + words + ["--on", "aws"]
        let wasKilled = try await trial.world.runKilled(command, in: trial.folder, after: number)
        // What a plan says in between is never that the database is to be made anew.
        let between = try await trial.run("plan").output
        #expect(!between.contains("+ database-"), "after \(number)\n\(between)")
        let again = wasKilled ? try await trial.run(words) : nil
        #expect(again?.exitCode ?? 0 == 0, "after \(number)\n\(again?.output ?? "")\(again?.errors ?? "")")
        let kept = try await clusters(trial).count { $0.name.hasPrefix("guestbook-before-") }
        // Never restored twice, also by the repetition of what was killed after its very last call.
        #expect(kept == 1, "after \(number)\n\(again?.output ?? "")")
        try await expectServing(trial, not: old, kept: kept)
        try await trial.terrace("db", "restore", "--drop-kept")
        return wasKilled
    }

    private static func isServing(_ cluster: Cluster) -> Bool { cluster.name == "guestbook" }
}
