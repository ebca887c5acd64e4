import Foundation
import LocalTarget
import Provisioning
import Resources
import Stacks

/// `logs --on aws`: what the services' log groups have. A task is told by the beginning of its id, as ECS's pages show it.
struct CloudLogs: Sendable {
    var request: CloudRequest
    var query: LogQuery

    /// How far back who says nothing sees: a log group may hold months.
    private static let window = 3600.0
    private static let windowOfFollowers = 600.0
    /// Between two looks.
    private static let interval = Duration.seconds(2)
    /// A line may be shown so much later than it was written. Milliseconds.
    private static let lateness = 30_000

    func callAsFunction() async throws {
        try await request.open { session in
            let surroundings = Surroundings.current
            if query.request != nil {
                surroundings.errors("of the tasks: CloudFront and the load balancer write to the stack's bucket\n")
            }
            let sources = try sources(session.stack)
            let back = query.follow ? CloudLogs.windowOfFollowers : CloudLogs.window
            let since = query.since ?? surroundings.now().addingTimeInterval(-back)
            var progress = Progress(start: Int(since.timeIntervalSince1970 * 1000))
            try await read(sources, session, &progress, last: query.last)
            while query.follow {
                try await session.time.sleep(CloudLogs.interval)
                try await read(sources, session, &progress, last: nil)
            }
        }
    }

    /// What was shown, as far as it may come up again.
    private struct Progress {
        /// The time of the newest line, or where the reading began.
        var newest: Int
        let start: Int
        var shown: [String: Int] = [:]

        init(start: Int) {
            self.start = start
            newest = start
        }

        var next: Int { max(start, newest - CloudLogs.lateness) }

        /// False for one that was here before.
        mutating func isNew(_ line: CloudLogLine) -> Bool {
            newest = max(newest, line.time)
            return shown.updateValue(line.time, forKey: line.id) == nil
        }

        mutating func forget() {
            let oldest = next
            shown = shown.filter { $0.value >= oldest }
        }
    }

    private func read(
        _ sources: [CloudLogReader.Source], _ session: CloudSession, _ progress: inout Progress, last: Int?
    ) async throws {
        let surroundings = Surroundings.current
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        var reader = CloudLogReader(sources, from: progress.next) { group, start, mark in
            try await session.cloud.logPage(of: group, from: start, after: mark)
        }
        var held: [LogLine] = []
        while let (service, line) = try await reader.next() {
            guard !query.follow || progress.isNew(line), matches(service, line) else { continue }
            let shown = CloudLogs.shown(service, line)
            guard let last else {
                surroundings.say(view.text(shown))
                continue
            }
            held.append(shown)
            if held.count > last { held.removeFirst() }
        }
        for line in held { surroundings.say(view.text(line)) }
        progress.forget()
        guard reader.missing.count < sources.count || query.follow else {
            throw Report(
                "\(session.stack.fullName) has no log on aws yet",
                expected: sources.map(\.group).joined(separator: ", "), next: "`terrace up --on aws` makes it")
        }
    }

    // MARK: - Which

    private var service: String? { query.service?.split(separator: ".").first.map(String.init) }
    /// The beginning of a task's id.
    private var task: String {
        query.service?.split(separator: ".", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    }

    private func sources(_ stack: Stack) throws(Report) -> [CloudLogReader.Source] {
        let names = stack.services.map(\.name)
        if let service, !names.contains(service) {
            throw Report("\(stack.fullName) has no service \(service)", expected: names.joined(separator: ", "))
        }
        let graph = StackResources.graph(of: stack)
        return names.filter { service == nil || service == $0 }.compactMap { name in
            let resource = graph[CloudService.address(.logGroup, name)]
            guard case .logGroup(let group)? = resource?.settings else { return nil }
            return group.name.literal.map { CloudLogReader.Source(service: name, group: $0) }
        }
    }

    private func matches(_ service: String, _ line: CloudLogLine) -> Bool {
        line.task.hasPrefix(task) && [query.filter, query.request].allSatisfy { $0.map(line.text.contains) ?? true }
    }

    /// So many letters of a task's id tell it from the others.
    private static let idLength = 8

    private static func shown(_ service: String, _ line: CloudLogLine) -> LogLine {
        LogLine(
            time: Date(timeIntervalSince1970: Double(line.time) / 1000),
            task: "\(service).\(line.task.prefix(idLength))", stream: .out,
            text: line.text.hasSuffix("\n") ? String(line.text.dropLast()) : line.text)
    }
}
