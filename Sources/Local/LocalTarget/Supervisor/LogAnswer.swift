package import Foundation

/// The lines of a query, from the files that the tasks' output is kept in.
package enum LogAnswer {
    /// Lines that wait for a reader who does not keep up; beyond it the oldest are dropped.
    private static let waiting = 10_000

    package static func stream(_ query: LogQuery, folder: URL) -> AsyncStream<LogLine> {
        let reader = LogReader(folder: folder)
        // `web.3` is a task of `web`.
        let services = query.service.map { [String($0.prefix { $0 != "." })] } ?? []
        let task = query.service.flatMap { $0.contains(".") ? $0 : nil }
        let isWanted: @Sendable (LogLine) -> Bool = { line in task.map { $0 == line.task } ?? true }
        let kept = newest(query.last, of: reader.lines(services: services, since: query.since), isWanted)
        guard query.follow else {
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
