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
    /// Clocks differ: lines of a request may be so much older than the time that its `Root` tells. Seconds.
    private static let before = 60.0
    /// A request's lines are looked for so long after that time. Seconds.
    private static let after = 3600.0

    func callAsFunction() async throws {
        try await request.open { session in
            let sources = try sources(session.stack)
            let span = span(until: Surroundings.current.now())
            var marked = mark
            let unread = try await showTiers(session, &marked, span)
            var progress = Progress(
                start: Int(span.lowerBound.timeIntervalSince1970 * 1000),
                end: query.follow || marked?.time == nil ? nil : Int(span.upperBound.timeIntervalSince1970 * 1000))
            try await read(sources, session, &progress, last: query.last, marked)
            while query.follow {
                try await session.time.sleep(CloudLogs.interval)
                try await read(sources, session, &progress, last: nil, marked)
            }
            guard unread.isEmpty else { throw Reports(all: unread) }
        }
    }

    // MARK: - One request

    private var mark: RequestMark? { query.request.map { RequestMark($0) } }

    /// What is looked through. A `Root` tells when its request came.
    private func span(until now: Date) -> ClosedRange<Date> {
        let time = mark?.time
        let back = query.follow ? CloudLogs.windowOfFollowers : CloudLogs.window
        let start = query.since ?? time?.addingTimeInterval(-CloudLogs.before) ?? now.addingTimeInterval(-back)
        let end = time.map { min(now, $0.addingTimeInterval(CloudLogs.after)) } ?? now
        return min(start, end)...max(start, end)
    }

    /// What CloudFront and the load balancer wrote, above what tasks did: of a request, unless one service's lines are wanted.
    ///
    /// - Returns: the files whose lines are missing.
    private func showTiers(
        _ session: CloudSession, _ mark: inout RequestMark?, _ span: ClosedRange<Date>
    ) async throws -> [Report] {
        guard let wanted = mark, query.service == nil, session.stack.services.contains(where: \.takesRequests) else {
            return []
        }
        var trail = CloudRequestTrail(session, wanted, in: span)
        let lines = try await trail.lines().filter { line in query.filter.map(line.text.contains) ?? true }
        mark = trail.mark
        let surroundings = Surroundings.current
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        for line in lines { surroundings.say(view.text(line)) }
        let missing = ["edge", "balancer"].filter { tier in !lines.contains { $0.task == tier } }
        if !missing.isEmpty {
            surroundings.errors(
                "\(missing.count == 2 ? "nothing" : "no line") of \(CloudLogs.owners(missing)) in the stack's bucket yet: a load "
                    + "balancer writes every five minutes, CloudFront mostly within the hour\n")
        }
        return trail.unread
    }

    private static func owners(_ tiers: [String]) -> String {
        tiers.map { $0 == "edge" ? "CloudFront's" : "the load balancer's" }.joined(separator: " or ")
    }

    /// What was shown, as far as it may come up again.
    private struct Progress {
        /// The time of the newest line, or where the reading began.
        var newest: Int
        let start: Int
        /// Lines behind it are not wanted; nil where whatever comes is.
        let end: Int?
        var shown: [String: Int] = [:]

        init(start: Int, end: Int?) {
            self.start = start
            self.end = end
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
        _ sources: [CloudLogReader.Source], _ session: CloudSession, _ progress: inout Progress, last: Int?,
        _ mark: RequestMark?
    ) async throws {
        let surroundings = Surroundings.current
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        var reader = CloudLogReader(sources, from: progress.next) { source, start, mark in
            try await session.cloud.logPage(of: source.group, in: source.place, from: start, after: mark)
        }
        var held: [LogLine] = []
        while let (source, line) = try await reader.next() {
            if let end = progress.end, line.time > end { break }
            guard !query.follow || progress.isNew(line), matches(line, mark) else { continue }
            let shown = CloudLogs.shown(source, line)
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
        let source = { (name: String, address: Address) -> CloudLogReader.Source? in
            guard let resource = graph[address], case .logGroup(let group) = resource.settings else { return nil }
            return group.name.literal.map { CloudLogReader.Source(service: name, group: $0, place: resource.place) }
        }
        let services = names.filter { service == nil || service == $0 }.compactMap { name in
            source(name, CloudService.address(.logGroup, name))
        }
        // What the firewall refused has the id that CloudFront gave it. Source: WAF, "Log fields", `requestId`, read 2026-11.
        let isOfEveryTier = query.request != nil && query.service == nil
        let firewall = isOfEveryTier ? source(Self.firewall, StackResources.firewallLog) : nil
        return services + (firewall.map { [$0] } ?? [])
    }

    /// As this machine calls it.
    private static let firewall = "firewall"

    private func matches(_ line: CloudLogLine, _ mark: RequestMark?) -> Bool {
        line.task.hasPrefix(task) && query.filter.map(line.text.contains) ?? true && mark?.isIn(line.text) ?? true
    }

    /// So many letters of a task's id tell it from the others.
    private static let idLength = 8

    private static func shown(_ source: CloudLogReader.Source, _ line: CloudLogLine) -> LogLine {
        LogLine(
            time: Date(timeIntervalSince1970: Double(line.time) / 1000),
            task: source.place == .edge ? source.service : "\(source.service).\(line.task.prefix(idLength))",
            stream: .out,
            text: line.text.hasSuffix("\n") ? String(line.text.dropLast()) : line.text)
    }
}
