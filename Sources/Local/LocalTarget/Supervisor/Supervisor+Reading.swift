import Foundation
import Stacks

extension Supervisor {
    package func logs(_ query: LogQuery) async throws -> LogAnswer {
        // A task that has ended, or `web.release`, has lines too: only the service must be one of the stack's.
        if let asked = query.service, let name = asked.split(separator: ".").first.map(String.init),
            !stack.services.contains(where: { $0.name == name })
        {
            throw Report(
                "\(stack.fullName) has no service \(asked)",
                expected: stack.services.map(\.name).joined(separator: ", "))
        }
        if query.request != nil {
            await parts.edge?.flushLogs()
            parts.firewall?.drainLog()
        }
        return LogAnswer(query, in: folder)
    }

    package func run(
        _ service: String, _ words: [String], each: @escaping @Sendable (LogLine) -> Void
    ) async throws -> TaskEnd {
        guard let tasks = parts.tasks else {
            throw Report("\(stack.fullName) is still starting", next: "see `terrace status`")
        }
        return try await tasks.run(try only(service), words, each: each)
    }

    package func runJob(_ name: String, each: @escaping @Sendable (LogLine) -> Void) async throws -> JobRun {
        guard let jobs = parts.jobs else {
            throw Report("\(stack.fullName) is still starting", next: "see `terrace status`")
        }
        return try await jobs.run(name, each: each)
    }

    package func exec(_ service: String, task: Int?, _ words: [String]) async throws -> TaskProgram {
        guard let tasks = parts.tasks else {
            throw Report("\(stack.fullName) is still starting", next: "see `terrace status`")
        }
        return try await tasks.program(words, in: try only(service), task: task)
    }

    package func databaseEndpoints() async throws -> DatabaseEndpoints {
        let database = try databaseTier()
        return DatabaseEndpoints(
            writer: .init(port: await database.writerPort), reader: .init(port: await database.readerPort))
    }

    package func invalidate(_ pattern: String) async throws -> Int {
        guard pattern.hasPrefix("/") else {
            throw Report("cannot invalidate \(pattern)", expected: "a path that begins with /, such as /static/*")
        }
        let count = parts.edge?.invalidate(RoutePattern(unchecked: pattern)) ?? 0
        say("edge", "gave up \(count) kept \(count == 1 ? "answer" : "answers") of \(pattern)")
        return count
    }

    package func databaseCredentials() async throws -> DatabaseCredentials {
        let environment = parts.databaseAccess.environment
        guard let password = parts.databaseAccess.password, let user = environment["PGUSER"],
            let name = environment["PGDATABASE"]
        else { throw absent }
        return DatabaseCredentials(
            user: user, database: name, password: password, sslMode: environment["PGSSLMODE"] ?? "require",
            rootCertificate: environment["PGSSLROOTCERT"])
    }

    func databaseTier() throws -> DatabaseTier {
        guard let database = parts.database else { throw absent }
        return database
    }

    private var absent: Report {
        stack.database == nil
            ? Report("\(stack.fullName) has no database", next: "write `database: {}` into the manifest")
            : Report("the database of \(stack.fullName) is still starting", next: "see `terrace status`")
    }
}
