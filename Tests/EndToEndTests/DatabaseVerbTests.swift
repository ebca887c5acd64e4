import Foundation
import LocalTarget
import TestKit
import Testing

extension EndToEnd {
    /// What operators do with the database while an application uses it.
    @Suite(.serialized) struct DatabaseVerbs {
        @Test func passwordsRotateUnderVisitorsAndTheOldOneIsOfNoUse() async throws {
            try await TrialStack.with { stack in
                let visitors = await Visitors.come(to: stack)
                #expect(await visitors.seeMore(than: 40))
                let old = try await stack.access()
                for role in ["trial_alternate", "trial"] {
                    let result = try await stack.terrace("db", "rotate")
                    #expect(result.exitCode == 0, "\(result.errors)")
                    #expect(try await stack.access().contains("PGUSER=\(role)"))
                }
                try await visitors.leave()
                let failures = await visitors.failures
                #expect(failures.isEmpty, "\(failures)")
                // The same role, the password before last.
                let refused = try await stack.psql(old, "select 1")
                #expect(refused.errors.contains("authentication failed"), "\(refused.errors)")
                #expect(try await stack.psql(stack.access(), "select 1").output == "1\n")
                let acknowledged = await visitors.acknowledged
                #expect(acknowledged.subtracting(try await stack.rows()).isEmpty)
            }
        }

        /// By the address that tasks are given: libpq's TLS is OpenSSL's, that of clients in Swift and of gRPC is BoringSSL.
        @Test func everyClientCanHoldTheCertificateAgainstTheAddress() async throws {
            try await TrialStack.with { stack in
                let access = try await stack.access()
                #expect(try await stack.psql(access + ["PGSSLMODE=verify-full"], "select 1").output == "1\n")
                let words = access.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
                let environment = Dictionary(words.map { ($0[0], $0[1]) }) { $1 }
                let byte = try await PostgresGreeting.firstByte(
                    port: try #require(environment["PGPORT"].flatMap(Int.init)),
                    authorityFile: try #require(environment["PGSSLROOTCERT"]))
                #expect(byte == UInt8(ascii: "R"))
            }
        }

        @Test func whatSomebodyDeletedIsInACopyOfTheMomentBefore() async throws {
            try await TrialStack.with { stack in
                #expect(try await stack.terrace("db", "restore", "--to", "1s").errors.contains("no base backup"))
                #expect(try await stack.terrace("db", "backup").exitCode == 0)
                try await Task.sleep(for: .seconds(1))
                #expect(try await stack.post("precious") == "303")
                let moment = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
                #expect(try await stack.terrace("db", "connect", input: "delete from messages;\n").exitCode == 0)
                let result = try await stack.terrace("db", "restore", "--to", moment)
                #expect(result.exitCode == 0, "\(result.errors)")
                let port = try #require(result.output.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.output.1)
                let copy = try await stack.psql(stack.access() + ["PGPORT=\(port)"], "select body from messages")
                #expect(copy.output == "precious\n", "\(copy.errors)")
                #expect(try await stack.rows().isEmpty)
                #expect(try await stack.terrace("db", "restore", "--drop").exitCode == 0)
                #expect(!FileManager.default.fileExists(atPath: stack.path(".terrace/database/restored")))
            }
        }

        @Test func theDatabaseItselfIsPutBackAndForth() async throws {
            try await TrialStack.with { stack in
                let moment = try await stack.keepsFirstButNotSecond()
                let unasked = try await stack.terrace("db", "restore", "--to", moment, "--in-place")
                #expect(unasked.exitCode == 1 && unasked.errors.contains("nobody can type the stack's name"))
                #expect(try await stack.rows() == ["first", "second"])

                let result = try await stack.terrace("db", "restore", "--to", moment, "--in-place", "--yes")
                #expect(result.exitCode == 0, "\(result.errors)")
                #expect(!result.output.contains("note:"), "\(result.output)")
                #expect(try await stack.rows() == ["first"])
                let page = try await stack.page()
                #expect(page.contains("first") && !page.contains("second"))
                #expect(try await stack.post("third") == "303")
                #expect(await eventually { (try? await stack.status().database?.synchronous) == true })
                let read = try await stack.terrace(
                    "db", "connect", "--reader", "--", "-At", "-c", "select pg_is_in_recovery(), body from messages")
                #expect(read.output == "t|first\nt|third\n", "\(read.errors)")
                #expect(try await stack.status().problems == [])

                let back = try #require(
                    result.output.firstMatch(of: /terrace db restore --to (\S+) --in-place/)?.output.1)
                let returned = try await stack.terrace("db", "restore", "--to", String(back), "--in-place", "--yes")
                #expect(returned.exitCode == 0, "\(returned.errors)")
                #expect(try await stack.rows() == ["first", "second"])
                #expect(try await stack.code() == "200")
                #expect(try await stack.kept() == 2)
                #expect(try await stack.terrace("db", "restore", "--drop-kept").exitCode == 0)
                #expect(try await stack.kept() == 0)
            }
        }

        @Test(arguments: [UInt64(1)])
        func supervisorKilledWhileItPutsTheDatabaseBackHasDoneItOrNot(seed: UInt64) async throws {
            var random = SeededGenerator(seed: seed)
            try await TrialStack.with { stack in
                let moment = try await stack.keepsFirstButNotSecond()
                let order = [BuiltPrograms.terrace, "db", "restore", "--to", moment, "--in-place", "--yes"]
                let start = ContinuousClock.now
                #expect(try await stack.terrace("db", "restore", "--to", moment, "--in-place", "--yes").exitCode == 0)
                let length = Int((ContinuousClock.now - start) / .milliseconds(1))
                for round in 1...4 {
                    #expect(try await stack.post("round \(round)") == "303")
                    let (before, kept) = (try await stack.rows(), try await stack.kept())
                    let restore = try LongRun(order, in: stack)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...length, using: &random)))
                    try await stack.killSupervisor()
                    #expect(await eventually { restore.exitCode != nil })
                    try await stack.up()
                    let isDone = try await stack.kept() > kept
                    #expect(try await stack.rows() == (isDone ? ["first"] : before), "round \(round)")
                    #expect(!FileManager.default.fileExists(atPath: stack.path(".terrace/database/restored")))
                }
                #expect(try await stack.terrace("db", "restore", "--to", moment, "--in-place", "--yes").exitCode == 0)
                #expect(try await stack.rows() == ["first"])
                #expect(await eventually { (try? await stack.status().database?.synchronous) == true })
            }
        }

        @Test func rolesChangePlacesAndThePauseIsMeasured() async throws {
            try await TrialStack.with { stack in
                #expect(await eventually { (try? await stack.status().database?.synchronous) == true })
                let before = try await stack.status().database?.servers.first { $0.role == .writer }?.name
                let result = try await stack.terrace("db", "failover", "--yes")
                #expect(result.exitCode == 0, "\(result.errors)")
                #expect(result.output.contains("nobody could write for"), "\(result.output)")
                let after = try await stack.status().database?.servers.first { $0.role == .writer }?.name
                #expect(before != after)
                #expect(try await stack.terrace("db", "top").output.contains("INSERT INTO terrace_drill"))
            }
        }
    }
}

extension TrialStack {
    /// The environment of PostgreSQL's clients, password included.
    fileprivate func access() async throws -> [String] {
        try await terrace("db", "credentials", "--show-password").output.split(separator: "\n").map(String.init)
    }

    /// A base backup, a row, a moment, another row: the moment.
    fileprivate func keepsFirstButNotSecond() async throws -> String {
        #expect(try await terrace("db", "backup").exitCode == 0)
        try await Task.sleep(for: .milliseconds(1100))
        #expect(try await post("first") == "303")
        try await Task.sleep(for: .milliseconds(20))
        let moment = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        try await Task.sleep(for: .milliseconds(20))
        #expect(try await post("second") == "303")
        return moment
    }

    /// How many folders restores in place have left.
    fileprivate func kept() async throws -> Int {
        let result = try await terrace("db", "backup", "--list")
        #expect(result.exitCode == 0, "\(result.errors)")
        return result.output.split(separator: "\n").count { $0.hasPrefix("kept aside") }
    }

    fileprivate func psql(_ environment: [String], _ sql: String) async throws -> ToolResult {
        try await runTool(["env"] + environment + ["psql", "-At", "-c", sql])
    }
}
