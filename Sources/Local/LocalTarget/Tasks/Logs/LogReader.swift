package import Foundation

/// Reads what tasks wrote, from the files alone: it works while the stack runs, after it, and in another process.
package struct LogReader: Sendable {
    /// How often a followed log is looked at.
    static let followInterval = Duration.milliseconds(100)

    private let folder: String

    package init(folder: URL) { self.folder = folder.path(percentEncoded: false) }

    /// Services that have a log, by name.
    package func services() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The files of these services, whether they are there or not. Empty `services`: all.
    func paths(services wanted: [String]) -> [String] {
        (wanted.isEmpty ? services() : wanted).flatMap { LogLimits.paths(folder: folder, service: $0) }
    }

    /// What is there now, merged by time, oldest first. Lazy: holds one chunk of each log. Empty `services`: all.
    package func lines(services: [String] = [], since: Date? = nil) -> some Sequence<LogLine> {
        let merge = LogMerge(cursors(services, since))
        return sequence(state: merge) { merge in merge.next() }
    }

    /// The same and everything that comes later, until the consumer stops. A slow consumer only slows itself. Lines that two
    /// services write within one look may come in either order of a tenth of a second.
    package func follow(services: [String] = [], since: Date? = nil) -> AsyncStream<LogLine> {
        follow(services: services, since: since) { [] }
    }

    /// - Parameter beside: logs that are none of a service, read along.
    func follow(
        services: [String], since: Date?, beside: @escaping @Sendable () -> [LogCursor]
    ) -> AsyncStream<LogLine> {
        let followed = Followed(folder: folder, services: services, since: since, beside: beside)
        return AsyncStream { await followed.next() }
    }

    private func cursors(_ wanted: [String], _ since: Date?) -> [LogCursor] {
        (wanted.isEmpty ? services() : wanted).map { LogCursor(folder: folder, service: $0, since: since) }
    }

    /// An actor only because a stream may be asked from any thread.
    private actor Followed {
        private let folder: String
        private let wanted: [String]
        private let since: Date?
        private let beside: @Sendable () -> [LogCursor]
        private var hasBegun = false
        private lazy var merge = LogMerge(beside())

        init(folder: String, services: [String], since: Date?, beside: @escaping @Sendable () -> [LogCursor]) {
            self.beside = beside
            self.folder = folder
            wanted = services
            self.since = since
        }

        func next() async -> LogLine? {
            if !hasBegun { addNewServices() }
            hasBegun = true
            while !Task.isCancelled {
                if let line = merge.next() { return line }
                addNewServices()
                if let line = merge.next() { return line }
                do { try await Task.sleep(for: LogReader.followInterval) } catch { return nil }
            }
            return nil
        }

        private func addNewServices() {
            let names = wanted.isEmpty ? LogReader(folder: URL(filePath: folder)).services() : wanted
            for name in names where !merge.names.contains(name) {
                merge.add(LogCursor(folder: folder, service: name, since: since))
            }
        }
    }
}

/// Several logs as one, by time.
struct LogMerge {
    private var cursors: [LogCursor]

    init(_ cursors: [LogCursor]) { self.cursors = cursors }

    var names: [String] { cursors.map(\.name) }

    mutating func add(_ cursor: LogCursor) { cursors.append(cursor) }

    mutating func next() -> LogLine? {
        var best: (line: LogLine, cursor: LogCursor)?
        for cursor in cursors {
            guard let line = cursor.peek() else { continue }
            if let found = best, found.line.time <= line.time { continue }
            best = (line, cursor)
        }
        best?.cursor.take()
        return best?.line
    }
}
