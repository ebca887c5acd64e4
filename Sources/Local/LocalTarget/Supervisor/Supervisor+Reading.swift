import Foundation
import Stacks

extension Supervisor {
    package func logs(_ query: LogQuery) async throws -> AsyncStream<LogLine> {
        LogAnswer.stream(query, folder: folder.url.appending(path: "logs"))
    }

    package func databaseEndpoints() async throws -> DatabaseEndpoints {
        let database = try tier()
        return DatabaseEndpoints(
            writer: .init(port: await database.writerPort), reader: .init(port: await database.readerPort))
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

    private func tier() throws -> DatabaseTier {
        guard let database = parts.database else { throw absent }
        return database
    }

    private var absent: Report {
        stack.database == nil
            ? Report("\(stack.fullName) has no database", next: "write `database: {}` into the manifest")
            : Report("the database of \(stack.fullName) is still starting", next: "see `terrace status`")
    }
}

/// Lines for a query: read when they are asked for, so that a slow reader slows nobody but itself.
package enum LogAnswer {
    package static func stream(_ query: LogQuery, folder: URL) -> AsyncStream<LogLine> {
        let reader = LogReader(folder: folder)
        // `web.3` is a task of `web`.
        let service = query.service.map { String($0.prefix { $0 != "." }) }
        let services = service.map { [$0] } ?? []
        let task = query.service.flatMap { $0.contains(".") ? $0 : nil }
        let isWanted: @Sendable (LogLine) -> Bool = { line in task.map { $0 == line.task } ?? true }
        guard query.follow else {
            return stream(of: reader.lines(services: services, since: query.since), query.last, isWanted)
        }
        // The kept lines first, cut to `last`; then on from there.
        let now = Date()
        let kept = stream(of: reader.lines(services: services, since: query.since), query.last, isWanted)
        let coming = reader.follow(services: services, since: now)
        return joined(Reading(kept), Reading(coming), until: now, isWanted)
    }

    private static func stream(
        of lines: some Sequence<LogLine>, _ last: Int?, _ isWanted: @Sendable (LogLine) -> Bool
    ) -> AsyncStream<LogLine> {
        var ring: [LogLine] = []
        let limit = last ?? 100_000
        for line in lines where isWanted(line) {
            ring.append(line)
            if ring.count >= limit * 2 { ring.removeFirst(ring.count - limit) }
        }
        let chosen = Array(ring.suffix(limit))
        return AsyncStream(bufferingPolicy: .unbounded) { continuation in
            for line in chosen { continuation.yield(line) }
            continuation.finish()
        }
    }

    private actor Reading {
        private var iterator: AsyncStream<LogLine>.Iterator
        init(_ stream: AsyncStream<LogLine>) { iterator = stream.makeAsyncIterator() }

        func next() async -> LogLine? {
            var copy = iterator
            let line = await copy.next()
            iterator = copy
            return line
        }
    }

    private static func joined(
        _ kept: Reading, _ coming: Reading, until: Date, _ isWanted: @escaping @Sendable (LogLine) -> Bool
    ) -> AsyncStream<LogLine> {
        AsyncStream {
            while let line = await kept.next() { if line.time < until { return line } }
            while let line = await coming.next() { if isWanted(line) { return line } }
            return nil
        }
    }
}
