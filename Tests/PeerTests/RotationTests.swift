import Foundation
import PeerKit
import TestKit
import Testing

/// A new password for the application, with a real PostgreSQL behind the account's Data API.
struct RotationTests {
    private struct Login: Equatable {
        var user: String
        var password: String
    }

    private static func withDatabase(
        speed: Double = 0, _ body: (Trial, TrialPostgres) async throws -> Void
    ) async throws {
        try await Trial.with(PeerManifest.plain, speed: speed) { trial in
            try await TrialPostgres.with(trial) { server in
                try await trial.terrace("up", "--yes")
                try await body(trial, server)
            }
        }
    }

    private static func login(_ trial: Trial) async throws -> Login {
        let text = try await trial.terrace("db", "credentials", "--show-password").output
        let values = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let names = Dictionary(values.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }) { first, _ in first }
        return Login(user: names["PGUSER"] ?? "", password: names["PGPASSWORD"] ?? "")
    }

    /// What psql says as that user, through TLS and by password.
    private static func ask(_ server: TrialPostgres, as login: Login, _ sql: String) async throws -> ToolResult {
        var variables = ProcessInfo.processInfo.environment
        variables["PGPASSWORD"] = login.password
        variables["PGSSLMODE"] = "require"
        let place = ["-h", "127.0.0.1", "-p", "\(server.port)", "-U", login.user, "-d", "guestbook"]
        return try await runTool(["psql", "-XqAt"] + place + ["-c", sql], environment: variables)
    }

    /// One login is left, it is the secret's, and nothing is left to be continued.
    private static func expectWhole(_ trial: Trial, _ server: TrialPostgres, not old: Login) async throws {
        let now = try await login(trial)
        #expect(now.password != old.password)
        let logins = "select string_agg(rolname, ' ') from pg_roles where rolcanlogin and rolname ~ '^guestbook'"
        let able = try await ask(server, as: now, logins)
        #expect(able.output == "\(now.user)\n", "\(able)")
        let refused = try await ask(server, as: old, "select 1")
        #expect(refused.exitCode == 2 && refused.errors.contains("FATAL"), "\(refused)")
        #expect(try await trial.terrace("plan").output.contains("No changes"))
    }

    @Test func twoRolesTakeTurnsAndTheTablesStayTheOwners() async throws {
        try await Self.withDatabase { trial, server in
            let first = try await Self.login(trial)
            #expect(first.user == "guestbook")
            #expect(try await Self.ask(server, as: first, "create table entries (text text)").exitCode == 0)

            trial.world.proxy.restart()
            let rotated = try await trial.terrace("db", "rotate")
            #expect(
                rotated.output.hasSuffix(
                    "the application logs in as guestbook_alternate with a new password; the old one is of no use\n"))
            // A new deployment of the same release.
            #expect(trial.world.proxy.calls.count { $0.operation == "UpdateService" } == 1)
            #expect(!trial.world.proxy.calls.contains { $0.operation == "RegisterTaskDefinition" })
            try await Self.expectWhole(trial, server, not: first)

            let second = try await Self.login(trial)
            #expect(second.user == "guestbook_alternate")
            let made = "insert into entries values ('hello'); create table more (text text); select current_user"
            #expect(try await Self.ask(server, as: second, made).output == "guestbook\n")
            try await trial.terrace("db", "rotate")
            try await Self.expectWhole(trial, server, not: second)
            let third = try await Self.login(trial)
            #expect(third.user == "guestbook" && third.password != first.password)
            let owners =
                "select string_agg(tablename || ' ' || tableowner, ', ' order by tablename) from pg_tables "
                + "where schemaname = 'public'"
            #expect(
                try await Self.ask(server, as: third, owners).output == "entries guestbook, more guestbook\n")
        }
    }

    /// A database that was made anew has neither role, and the secret of the one before names the second.
    @Test func aNewDatabaseHasTheRoleWhoseTurnItIs() async throws {
        try await Self.withDatabase { trial, server in
            try await trial.terrace("db", "rotate")
            let login = try await Self.login(trial)
            try await server.empty()
            #expect(try await Self.ask(server, as: login, "select 1").exitCode == 2)
            try await trial.terrace("plan", expecting: 2)
            try await trial.terrace("up", "--yes")
            #expect(try await Self.login(trial) == login && login.user == "guestbook_alternate")
            let asked = "create table entries (text text); select tableowner from pg_tables where tablename = 'entries'"
            #expect(try await Self.ask(server, as: login, asked).output == "guestbook\n")
            let able = "select rolname from pg_roles where rolcanlogin and rolname ~ '^guestbook'"
            #expect(try await Self.ask(server, as: login, able).output == "guestbook_alternate\n")
            try await trial.terrace("db", "rotate")
            try await Self.expectWhole(trial, server, not: login)
        }
    }

    /// While tasks are rolled, those that began before can sign in as well as those that start.
    @Test func bothPasswordsAreValidUntilTheLastTaskIsNew() async throws {
        try await Self.withDatabase(speed: 30) { trial, server in
            let old = try await Self.login(trial)
            async let rotated = trial.terrace("db", "rotate")
            var new = old
            while new == old { new = try await Self.login(trial) }
            #expect(try await Self.ask(server, as: new, "select 1").output == "1\n")
            #expect(try await Self.ask(server, as: old, "select 1").output == "1\n")
            #expect(try await rotated.output.contains("  web: "))
            try await Self.expectWhole(trial, server, not: old)
        }
    }

    /// Killed after each of its calls that change something, then run again.
    @Test func aRotationThatIsKilledIsContinued() async throws {
        try await Self.withDatabase { trial, server in
            for number in 1...20 {
                let old = try await Self.login(trial)
                let command = [BuiltPrograms.terrace, "db", "rotate", "--on", "aws"]
                let wasKilled = try await trial.world.runKilled(command, in: trial.folder, after: number)
                // Whatever was done, who starts now can sign in.
                let between = try await Self.login(trial)
                #expect(try await Self.ask(server, as: between, "select 1").output == "1\n", "after \(number)")
                if wasKilled { try await trial.terrace("db", "rotate") }
                try await Self.expectWhole(trial, server, not: old)
                if !wasKilled { return #expect(number > 6) }
            }
            Issue.record("a rotation makes more than 20 calls that change something")
        }
    }
}
