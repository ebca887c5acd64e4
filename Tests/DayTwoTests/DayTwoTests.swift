import Foundation
import TestKit
import Testing

/// What an operator's verbs mean. Each case runs on both targets: what it says holds wherever a stack runs.
@Suite(.serialized) struct DayTwoTests {
    // MARK: Releases

    @Test(arguments: Target.allCases) func aDeploymentMakesTheNextReleaseAndARollbackBringsOneBack(target: Target)
        async throws
    {
        var manifest = DayTwoManifest()
        try await target.withStack(manifest) { stack in
            #expect(try await stack.releases() == .init(running: 1, numbers: [1]))
            try await stack.expect("rollback", "web", refusedWith: "web has no older release")
            let same = try await stack.terrace("deploy", "web")
            #expect(same.exitCode == 0 && same.output.contains("nothing was to be done"), "\(same)")

            manifest.level = "warning"
            try stack.write(manifest)
            #expect(try await stack.terrace("plan").exitCode == 2)
            let deployed = try await stack.terrace("deploy", "web")
            #expect(deployed.exitCode == 0, "\(deployed)")
            #expect(deployed.output.hasSuffix("web runs release 2, before it was 1\n"), "\(deployed)")
            #expect(try await stack.releases() == .init(running: 2, numbers: [2, 1]))
            #expect(try await stack.releases(of: "worker") == .init(running: 1, numbers: [1]))
            #expect(try await stack.terrace("plan").exitCode == 0)

            let back = try await stack.terrace("rollback", "web")
            #expect(back.exitCode == 0 && back.output.contains("web runs release 1, before it was 2"), "\(back)")
            #expect(try await stack.releases() == .init(running: 1, numbers: [2, 1]))
            try await stack.expect(
                "rollback", "web", "--to", "1", refusedWith: "release 1 of web runs already", "nothing was changed")
            try await stack.expect(
                "rollback", "web", "--to", "7", refusedWith: "web has no release 7", "one of 2, 1", "release 1 goes on")

            // What the manifest says is a release already.
            let again = try await stack.terrace("deploy", "web")
            #expect(again.exitCode == 0 && again.output.hasSuffix("web runs release 2, before it was 1\n"), "\(again)")
            #expect(try await stack.releases() == .init(running: 2, numbers: [2, 1]))

            // Without a name, of every service what is new.
            manifest.level = "error"
            manifest.pause = 7200
            try stack.write(manifest)
            let both = try await stack.terrace("deploy")
            #expect(both.exitCode == 0, "\(both)")
            #expect(both.output.contains("web runs release 3, before it was 2\n"), "\(both)")
            #expect(both.output.contains("worker runs release 2, before it was 1\n"), "\(both)")
            #expect(try await stack.releases(of: "worker") == .init(running: 2, numbers: [2, 1]))
        }
    }

    @Test(arguments: Target.allCases) func aReleaseThatCannotRunIsGivenUpAndTheOldOneGoesOn(target: Target) async throws
    {
        var manifest = DayTwoManifest()
        try await target.withStack(manifest) { stack in
            manifest.program = .crashes
            try stack.write(manifest)
            let failed = try await stack.terrace("deploy", "web")
            #expect(failed.exitCode == 1)
            for word in ["web", "no table users"] { #expect(failed.errors.contains(word), "\(failed.errors)") }
            #expect(try await stack.releases() == .init(running: 1, numbers: [2, 1]))
            #expect(try await stack.status().services["web"] == 2)

            // A release command that fails keeps its version out before a task of it starts.
            manifest.program = .serves
            manifest.level = "debug"
            manifest.release = "echo migrating at $LOG_LEVEL; exit 3"
            try stack.write(manifest)
            let unreleased = try await stack.terrace("deploy", "web")
            #expect(unreleased.exitCode == 1 && unreleased.errors.contains("migrating at debug"), "\(unreleased)")
            #expect(try await stack.releases().running == 1)

            manifest.release = "exit 0"
            manifest.level = "error"
            try stack.write(manifest)
            let mended = try await stack.terrace("deploy", "web")
            #expect(mended.exitCode == 0, "\(mended)")
            let now = try await stack.releases()
            #expect(now.running == now.numbers.first && now.running ?? 0 > 2)
        }
    }

    // MARK: Canaries

    @Test(arguments: Target.allCases) func aCanaryThatIsGoodTakesOver(target: Target) async throws {
        var manifest = DayTwoManifest(canary: "{ share: 20, bake: 5s }")
        try await target.withStack(manifest) { stack in
            #expect(try await stack.served() == ["info"])
            manifest.level = "warning"
            try stack.write(manifest)
            let deployed = try await stack.whileVisited { try await stack.terrace("deploy", "web") }
            #expect(deployed.exitCode == 0, "\(deployed)")
            #expect(deployed.output.hasSuffix("web runs release 2, before it was 1\n"), "\(deployed)")
            #expect(try await stack.firstShare(deployed) == 20, "\(deployed)")
            #expect(try await stack.served() == ["warning"])
            #expect(try await stack.releases() == .init(running: 2, numbers: [2, 1]))
            #expect(try await stack.status().services == ["web": 2, "worker": 1])
            #expect(try await stack.terrace("plan").exitCode == 0)

            let back = try await stack.whileVisited { try await stack.terrace("rollback", "web") }
            #expect(back.exitCode == 0 && back.output.contains("web runs release 1, before it was 2"), "\(back)")
            #expect(try await stack.served() == ["info"])
        }
    }

    @Test(arguments: Target.allCases) func aCanaryThatIsJudgedBadIsTakenBack(target: Target) async throws {
        var manifest = DayTwoManifest(canary: "{ share: 20, bake: 5m }")
        try await target.withStack(manifest) { stack in
            (manifest.program, manifest.level) = (.fails, "warning")
            try stack.write(manifest)
            let failed = try await stack.whileVisited { try await stack.terrace("deploy", "web") }
            #expect(failed.exitCode == 1, "\(failed)")
            for word in ["web", stack.verdict] { #expect(failed.errors.contains(word), "\(word)\n\(failed)") }
            #expect(try await stack.firstShare(failed) == 20, "\(failed)")
            #expect(try await stack.served() == ["info"])
            #expect(try await stack.releases() == .init(running: 1, numbers: [2, 1]))
            let status = try await stack.status()
            #expect(status.phase == "ready" && status.services == ["web": 2, "worker": 1], "\(status)")
            // The manifest still asks for it.
            #expect(try await stack.terrace("plan").exitCode == 2)
        }
    }

    // MARK: Scaling

    @Test(arguments: Target.allCases) func aNumberStaysWithinItsBoundsAndOverADeployment(target: Target) async throws {
        var manifest = DayTwoManifest()
        try await target.withStack(manifest) { stack in
            let all = try await stack.terrace("scale").output.split(separator: "\n")
            #expect(all.count == 2 && all[0].hasPrefix("web: 2 tasks, between 2 and 4"), "\(all)")
            #expect(all.last?.hasPrefix("worker: 1 task, between 1 and 2") == true, "\(all)")
            try await stack.expect(
                "scale", "--tasks", "3", refusedWith: "trial has 2 services: which one?", "web, worker",
                "nothing was changed")
            try await stack.expect(
                "scale", "web", "--tasks", "9", refusedWith: "cannot scale web to 9: its bounds are 2 and 4",
                "nothing was changed")
            try await stack.expect(
                "scale", "web", "--min", "7",
                refusedWith: "cannot scale web: the least of 7 tasks is more than the most of 4", "nothing was changed")
            #expect(try await stack.status().services == ["web": 2, "worker": 1])

            let three = try await stack.terrace("scale", "web", "--tasks", "3")
            #expect(three.exitCode == 0 && three.output.hasPrefix("web: 3 tasks, between 2 and 4"), "\(three)")
            let wider = try await stack.terrace("scale", "web", "--min", "1", "--max", "6")
            #expect(wider.exitCode == 0 && wider.output.hasPrefix("web: 3 tasks, between 1 and 6"), "\(wider)")
            let six = try await stack.terrace("scale", "web", "--tasks", "6")
            #expect(six.exitCode == 0 && six.output.hasPrefix("web: 6 tasks, between 1 and 6"), "\(six)")

            manifest.level = "warning"
            try stack.write(manifest)
            #expect(try await stack.terrace("deploy", "web").exitCode == 0)
            #expect(try await stack.status().services == ["web": 6, "worker": 1])
        }
    }

    @Test(arguments: Target.allCases) func aHeldNumberStaysOverAChangeAndAResetBringsTheManifestsBack(target: Target)
        async throws
    {
        var manifest = DayTwoManifest()
        try await target.withStack(manifest) { stack in
            try await stack.expect(
                "scale", "web", "--tasks", "9", "--hold", "1h",
                refusedWith: "cannot scale web to 9: its bounds are 2 and 4", "nothing was changed")
            let held = try await stack.terrace("scale", "web", "--tasks", "3", "--hold", "1h")
            let now = /web: 3 tasks, between 2 and 4, held until \d\d:\d\d:\d\d, for (5\d min|1 h)/
            #expect(held.exitCode == 0 && held.output.contains(now), "\(held)")
            #expect(try await stack.terrace("plan").exitCode == 0)
            #expect(try await stack.status().services == ["web": 3, "worker": 1])

            manifest.level = "warning"
            try stack.write(manifest)
            try await stack.up()
            #expect(try await stack.terrace("scale", "web").output.contains(now))
            let wider = try await stack.terrace("scale", "web", "--max", "6")
            #expect(wider.output.contains(/web: 3 tasks, between 2 and 6.*, held until/), "\(wider)")

            let reset = try await stack.terrace("scale", "web", "--reset")
            #expect(reset.exitCode == 0 && reset.output.hasPrefix("web: 2 tasks, between 2 and 4"), "\(reset)")
            #expect(!reset.output.contains("held"))
            #expect(try await stack.terrace("plan").exitCode == 0)
            #expect(try await stack.status().services == ["web": 2, "worker": 1])
        }
    }

    // MARK: Single tasks

    @Test(arguments: Target.allCases) func aCommandRunsOnceWithWhatTheReleaseThatServesHas(target: Target) async throws
    {
        var manifest = DayTwoManifest()
        try await target.withStack(manifest) { stack in
            let mark = stack.folder.appending(path: "marks").path(percentEncoded: false)
            let run = try await stack.terrace(
                "run", "web", "--", "sh", "-c", "echo once >> \(mark); echo level $LOG_LEVEL; exit 4")
            #expect(run.exitCode == 4 && run.output == "level info\n", "\(run)")
            #expect(try String(contentsOfFile: mark, encoding: .utf8) == "once\n")

            // The manifest is ahead of what serves.
            manifest.level = "warning"
            try stack.write(manifest)
            #expect(try await stack.terrace("run", "web", "--", "sh", "-c", "echo $LOG_LEVEL").output == "info\n")
            #expect(try await stack.terrace("jobs", "run", "report").output == "report at info\n")
            #expect(try await stack.terrace("deploy", "web").exitCode == 0)
            let job = try await stack.terrace("jobs", "run", "report")
            #expect(job.exitCode == 3 && job.output == "report at warning\n", "\(job)")
            #expect(try await stack.terrace("rollback", "web").exitCode == 0)
            #expect(try await stack.terrace("jobs", "run", "report").output == "report at info\n")
            let jobs = try await stack.json("jobs", "list", as: [JobAnswer].self)
            #expect(jobs.count == 1 && jobs.first?.next.hasSuffix(":30:00Z") == true, "\(jobs)")
            #expect(
                jobs.first.map { [$0.name, $0.service, $0.schedule, $0.timezone] } == [
                    "report", "web", "30 3 * * MON-FRI", "Europe/Berlin",
                ])
        }
    }

    // MARK: What is there and what is not

    @Test(arguments: Target.allCases) func whatIsNotThereIsTheSameReport(target: Target) async throws {
        try await target.withStack { stack in
            let (service, names) = ("trial has no service nowhere", "web, worker")
            let none = "nothing was changed"
            try await stack.expect("deploy", "nowhere", refusedWith: service, names, none)
            try await stack.expect("rollback", "nowhere", refusedWith: service, names, none)
            try await stack.expect("releases", "nowhere", refusedWith: service, names, none)
            try await stack.expect("scale", "nowhere", refusedWith: service, names, none)
            try await stack.expect("scale", "nowhere", "--tasks", "3", refusedWith: service, names, none)
            try await stack.expect("run", "nowhere", "--", "true", refusedWith: service, names, none)
            try await stack.expect(
                "jobs", "run", "sweep", refusedWith: "there is no job sweep", "report", "nothing was started")
            for verb in ["endpoint", "credentials", "top", "connect", "rotate"] {
                try await stack.expect("db", verb, refusedWith: "trial has no database", "`database: {}`")
            }
            try await stack.expect("rollback", refusedWith: "trial has 2 services: which one?", names, none)
            let status = try await stack.status()
            #expect(status.stack == "trial" && status.phase == "ready")
            #expect(status.services == ["web": 2, "worker": 1])
        }
    }

    @Test(arguments: Target.allCases) func theDatabaseIsReachedByTheSameNames(target: Target) async throws {
        try await target.withStack(DayTwoManifest(hasDatabase: true)) { stack in
            let both = try await stack.terrace("db", "endpoint").output
            let (writer, reader) = (
                try await stack.terrace("db", "endpoint", "--writer").output,
                try await stack.terrace("db", "endpoint", "--reader").output
            )
            #expect(both == "writer  \(writer)reader  \(reader)")
            #expect(writer != reader)

            let own = try await stack.variables("db", "credentials")
            let readers = try await stack.variables("db", "credentials", "--reader")
            #expect("\(own["PGHOST"] ?? ""):\(own["PGPORT"] ?? "")\n" == writer)
            #expect("\(readers["PGHOST"] ?? ""):\(readers["PGPORT"] ?? "")\n" == reader)
            for (name, value) in [
                "PGUSER": "trial", "PGDATABASE": "trial", "PGSSLMODE": "require", "PGPASSWORD": "•••",
            ] {
                #expect(own[name] == value && readers[name] == value, "\(name)")
            }
            let shown = try await stack.variables("db", "credentials", "--show-password")["PGPASSWORD"]
            #expect((shown ?? "").count >= 20 && shown != own["PGPASSWORD"])
        }
    }

    @Test(arguments: Target.allCases) func whatTakesTheDatabasesTimeIsToldWithItsShare(target: Target) async throws {
        try await target.withStack(DayTwoManifest(hasDatabase: true)) { stack in
            // What an account is busy with its server of the tests makes up; here somebody has to ask for something.
            if target == .local {
                let asked = try await stack.terrace("db", "connect", "--", "-c", "select count(*) from pg_class")
                #expect(asked.exitCode == 0, "\(asked)")
            }
            let answer: StatementsJSON = try await stack.json("db", "top", "--most", "2")
            let writer = try #require(answer.servers.first)
            #expect(writer.role == "writer")
            let statements = try #require(writer.statements)
            #expect(!statements.isEmpty && statements.count <= 2)
            #expect(abs(statements.reduce(0) { $0 + $1.share } - 1) < 0.001, "\(statements)")
            #expect(statements.map(\.share) == statements.map(\.share).sorted(by: >))
            #expect(statements.allSatisfy { !$0.statement.isEmpty && ($0.meanSeconds ?? 0) > 0 })

            let table = try await stack.terrace("db", "top").output.split(separator: "\n")
            #expect(table.contains { $0.contains("TIME") && $0.contains("MEAN") && $0.hasSuffix("STATEMENT") })
            #expect(try await stack.terrace("db", "top", "--most", "0").exitCode == 64)
        }
    }

    @Test(arguments: Target.allCases) func twoRolesTakeTurnsAsTheApplicationsLogin(target: Target) async throws {
        try await target.withStack(DayTwoManifest(hasDatabase: true)) { stack in
            var (users, passwords): ([String?], Set<String?>) = ([], [])
            for _ in 1...3 {
                let names = try await stack.variables("db", "credentials", "--show-password")
                users.append(names["PGUSER"])
                passwords.insert(names["PGPASSWORD"])
                let rotated = try await stack.terrace("db", "rotate")
                let next = users.last == "trial" ? "trial_alternate" : "trial"
                let said = "the application logs in as \(next) with a new password; the old one is of no use\n"
                #expect(rotated.exitCode == 0 && rotated.output.hasSuffix(said), "\(rotated)")
            }
            #expect(users == ["trial", "trial_alternate", "trial"] && passwords.count == 3)
            // It is no new release, and nothing that the manifest does not say.
            #expect(try await stack.releases() == .init(running: 1, numbers: [1]))
            #expect(try await stack.terrace("plan").exitCode == 0)
        }
    }

    @Test(arguments: Target.allCases) func aFailoverTellsForHowLongNobodyCouldWrite(target: Target) async throws {
        try await target.withStack(DayTwoManifest(hasDatabase: true)) { stack in
            let unasked = try await stack.terrace("db", "failover")
            #expect(unasked.exitCode == 1 && unasked.errors.contains("nobody said yes"), "\(unasked)")
            #expect(unasked.output.isEmpty && unasked.errors.contains("nothing was changed"), "\(unasked)")

            var writers: [String] = []
            for _ in 1...2 {
                var told = unasked
                // Here the reader has to have caught up first.
                let isDone = try await eventually(within: .seconds(60)) {
                    told = try await stack.terrace("db", "failover", "--yes")
                    return told.exitCode == 0
                }
                #expect(isDone, "\(told)")
                let pause = /^(\S+) is the writer; nobody could write for ([\d.]+) m?s\n/
                let found = try #require(told.output.firstMatch(of: pause), "\(told)")
                #expect(Double(found.output.2) ?? 0 > 0, "\(told)")
                writers.append(String(found.output.1))
                let counts = /\n(\d+) commits were tried meanwhile, (\d+) failed\n/
                let counted = try #require(told.output.firstMatch(of: counts), "\(told)")
                #expect(Int(counted.output.1) ?? 0 > 0, "\(told)")
                // RDS refuses writes meanwhile; here connections are held until the new writer is there.
                if target == .aws { #expect(counted.output.2 == "3", "\(told)") }
            }
            #expect(Set(writers).count == 2, "\(writers)")
            #expect(try await stack.terrace("plan").exitCode == 0)
        }
    }

    /// As a copy, and in place.
    @Test(arguments: Target.allCases) func theDatabaseOfAMomentAgoStandsBesideItOrTakesItsPlace(target: Target)
        async throws
    {
        try await target.withStack(DayTwoManifest(hasDatabase: true)) { stack in
            #expect(try await stack.terrace("db", "backup").exitCode == 0)
            let (moment, nothing) = (try await Self.passed(), "nothing was changed")
            try await stack.expect("db", "restore", "--to", "yesterday", refusedWith: "yesterday is no moment", nothing)
            for more in [[], ["--in-place", "--yes"]] {
                let early = try await stack.terrace(["db", "restore", "--to", "2020-01-01T00:00:00Z"] + more)
                #expect(early.exitCode == 1 && early.errors.hasPrefix("cannot restore the database"), "\(early)")
                #expect(early.errors.contains(nothing), "\(early)")
            }

            let copy = try await stack.terrace("db", "restore", "--to", moment)
            #expect(copy.exitCode == 0, "\(copy)")
            #expect(copy.output.contains("the database as of \(moment) answers on "), "\(copy)")
            try await stack.expect(
                "db", "restore", "--to", try await Self.passed(), refusedWith: "cannot restore the database",
                "there is a restored copy already", nothing, "`terrace db restore --drop")
            #expect(try await stack.terrace("plan").exitCode == 0)
            let dropped = try await stack.terrace("db", "restore", "--drop")
            #expect(dropped.output.hasSuffix("the restored copy is gone\n"), "\(dropped)")

            try await stack.expect(
                "db", "restore", "--to", moment, "--in-place", refusedWith: "nobody can type the stack's name here",
                nothing, "`--yes`")
            let done = try await stack.terrace("db", "restore", "--to", moment, "--in-place", "--yes")
            #expect(
                done.exitCode == 0 && done.output.contains("the database is that of \(moment.dropLast())"), "\(done)")
            for word in ["kept    ", "back    terrace db restore --to ", "delete  terrace db restore --drop-kept"] {
                #expect(done.output.contains("\n\(word)"), "\(word) \(done)")
            }
            #expect(try await stack.terrace("plan").exitCode == 0)
            #expect(try await stack.status().phase == "ready")
            #expect(try await stack.terrace("db", "backup", "--list").output.contains("kept aside   "))
            #expect(try await stack.terrace("db", "restore", "--drop-kept").output.contains("deleted "))
            #expect(try await stack.terrace("db", "restore", "--drop-kept").output == "nothing is kept aside\n")
        }
    }

    /// A second that is over.
    private static func passed() async throws -> String {
        let now = Int(Date().timeIntervalSince1970) + 1
        #expect(await eventually(within: .seconds(10)) { Date().timeIntervalSince1970 > Double(now + 1) })
        return Date(timeIntervalSince1970: Double(now)).formatted(.iso8601)
    }
}
