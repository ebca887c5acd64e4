import Foundation

/// The lines of a query, from the files that the tasks' output is kept in.
package enum LogAnswer {
    /// Lines that wait for a reader who does not keep up; beyond it the oldest are dropped.
    private static let waiting = 10_000

    package static func stream(_ query: LogQuery, in folder: StackFolder) -> AsyncStream<LogLine> {
        let reader = LogReader(folder: folder.logs)
        // `web.3` is a task of `web`.
        let services = query.service.map { [String($0.prefix { $0 != "." })] } ?? []
        let isWanted = wanted(query)
        let written = newest(query.last, of: reader.lines(services: services, since: query.since), isWanted)
        let kept = query.request.map { trail($0, query, written, in: folder) } ?? written
        guard query.follow, query.request == nil else {
            return AsyncStream(bufferingPolicy: .unbounded) { continuation in
                for line in kept { continuation.yield(line) }
                continuation.finish()
            }
        }
        let coming = reader.follow(
            services: services, since: query.last == nil ? query.since : kept.first?.time ?? Date())
        return AsyncStream(bufferingPolicy: .bufferingNewest(waiting)) { continuation in
            let reading = Task {
                for await line in coming where isWanted(line) { continuation.yield(line) }
                continuation.finish()
            }
            continuation.onTermination = { _ in reading.cancel() }
        }
    }

    private static func wanted(_ query: LogQuery) -> @Sendable (LogLine) -> Bool {
        let task = query.service.flatMap { $0.contains(".") ? $0 : nil }
        let texts = [query.filter, query.request].compactMap { $0 }
        return { line in (task.map { $0 == line.task } ?? true) && texts.allSatisfy(line.text.contains) }
    }

    /// What the tasks wrote among what the tiers before them did.
    private static func trail(
        _ id: String, _ query: LogQuery, _ written: [LogLine], in folder: StackFolder
    ) -> [LogLine] {
        guard query.service == nil else { return written }
        let tiers = RequestTrail(folder: folder.access, id: id).lines(since: query.since)
            .filter { line in query.filter.map(line.text.contains) ?? true }
        return (written + tiers).sorted { $0.time < $1.time }
    }

    /// At most `limit` lines, the newest; without a limit the newest million, which is what the files hold at most.
    private static func newest(
        _ limit: Int?, of lines: some Sequence<LogLine>, _ isWanted: (LogLine) -> Bool
    ) -> [LogLine] {
        let limit = limit ?? 1_000_000
        var found: [LogLine] = []
        for line in lines where isWanted(line) {
            found.append(line)
            if found.count >= limit * 2 { found.removeFirst(found.count - limit) }
        }
        return found.suffix(limit)
    }
}
