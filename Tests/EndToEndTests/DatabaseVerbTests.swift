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

    fileprivate func psql(_ environment: [String], _ sql: String) async throws -> ToolResult {
        try await runTool(["env"] + environment + ["psql", "-At", "-c", sql])
    }
}
