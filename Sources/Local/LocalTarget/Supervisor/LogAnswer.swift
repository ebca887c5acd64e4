import Foundation

/// The lines of a query, from the files that the tasks' output is kept in.
package struct LogAnswer: Sendable {
    /// Lines that wait for a reader who does not keep up; beyond it the oldest are dropped.
    private static let waiting = 10_000

    package var lines: AsyncStream<LogLine>
    /// Files whose lines are missing.
    package var unreadable: [UnreadableLog]

    package init(lines: AsyncStream<LogLine>, unreadable: [UnreadableLog] = []) {
        self.lines = lines
        self.unreadable = unreadable
    }

    package init(_ query: LogQuery, in folder: StackFolder) {
        let reader = LogReader(folder: folder.logs)
        // `web.3` is a task of `web`.
        let services = query.service.map { [String($0.prefix { $0 != "." })] } ?? []
        let trail = query.service == nil ? query.request.map { RequestTrail(folder: folder.access, id: $0) } : nil
        self.init(
            lines: query.follow
                ? LogAnswer.following(query, reader, services, trail)
                : LogAnswer.stream(LogAnswer.kept(query, reader, services, trail)),
            unreadable: UnreadableLog.among(reader.paths(services: services) + (trail?.paths ?? [])))
    }

    private static func stream(_ lines: [LogLine]) -> AsyncStream<LogLine> {
        AsyncStream(bufferingPolicy: .unbounded) { continuation in
            for line in lines { continuation.yield(line) }
            continuation.finish()
        }
    }

    /// What the tasks wrote; about a request, among what the tiers before them did.
    private static func kept(
        _ query: LogQuery, _ reader: LogReader, _ services: [String], _ trail: RequestTrail?
    ) -> [LogLine] {
        let written = newest(query.last, of: reader.lines(services: services, since: query.since), wanted(query))
        guard let trail else { return written }
        let tiers = trail.lines(since: query.since).filter { line in query.filter.map(line.text.contains) ?? true }
        return (written + tiers).sorted { $0.time < $1.time }
    }

    /// What was written is part of it; where only so many lines of that are wanted, it begins with the oldest of them.
    private static func following(
        _ query: LogQuery, _ reader: LogReader, _ services: [String], _ trail: RequestTrail?
    ) -> AsyncStream<LogLine> {
        var since = query.since
        if query.last != nil { since = kept(query, reader, services, nil).first?.time ?? Date() }
        let coming = reader.follow(services: services, since: since) { [since] in trail?.cursors(since: since) ?? [] }
        let isWanted = wanted(query)
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
