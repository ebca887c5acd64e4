import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the tasks wrote.",
        discussion: """
            Of a stack that does not run, what was written before is shown.
            Every answer has the id of its request in the field x-request-id; with
            it, --request shows what edge, firewall, load balancer and tasks wrote
            about that one. Tasks find it in X-Amzn-Trace-Id, on both targets.
            On aws the answer has it in x-amz-cf-id; the Root that tasks and load
            balancer write is taken, too. What CloudFront and the load balancer wrote is
            read from the stack's bucket, where it is minutes later.
            With --follow it waits for what a long request is still to leave behind.
            Files that cannot be read are named on standard error, and the exit code is 1.

            On aws: from CloudWatch, a few seconds later than written; without --since the
            last hour. A task is named by the beginning of its id, as it is shown.

            Examples:
              terrace logs
              terrace logs web --follow
              terrace logs web.3 --since 5m
              terrace logs --filter error --since 1h
              terrace logs --request 1-6925a8f2-5d1c0ab34b1e3f2a90c4e871
              terrace logs web --follow --on aws
              terrace logs --request Ab3-xY_0kQ9f2L…sT7w== --on aws
            """)

    @Argument(help: "A service (web) or one of its tasks (web.3). (default: all)")
    var service: String?

    @Flag(name: .shortAndLong, help: "Go on with the lines that come from now on.")
    var follow = false

    @Option(help: ArgumentHelp("Only lines of the last so many s, m, h or d: 90s, 5m, 2h, 1d.", valueName: "time"))
    var since: Since?

    @Option(help: ArgumentHelp("Only lines with this text.", valueName: "text"))
    var filter: String?

    @Option(help: ArgumentHelp("Only lines about this request, of every tier.", valueName: "id"))
    var request: RequestID?

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        let start = since.map { Surroundings.current.now().addingTimeInterval(-$0.seconds) }
        // Who follows wants what comes; a screenful of the past shows where it stands. Of a request every line counts.
        let query = LogQuery(
            service: service, since: start, last: follow && start == nil && request == nil ? 20 : nil, follow: follow,
            filter: filter, request: request?.text)
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudLogs(request: manifest.stack.request(stack), query: query)()
        }
        try await showLocal(query)
    }

    private func showLocal(_ query: LogQuery) async throws {
        let surroundings = Surroundings.current
        let place = try manifest.localPlace().existing()
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        var missing = MissingLogs(isFollowing: follow, surroundings: surroundings)
        if let running = try await RunningStack.find(place.stackFolder) {
            try await running.client.logs(query) {
                missing.add($0)
            } each: {
                surroundings.say(view.text($0))
            }
        } else {
            guard !follow, place.stackFolder.hasLogs else { throw RunningStack.absent(place) }
            let answer = LogAnswer(query, in: place.stackFolder)
            for file in answer.unreadable { missing.add(file) }
            for await line in answer.lines { surroundings.say(view.text(line)) }
        }
        try missing.finish()
    }
}

/// Files whose lines an answer does not have: told below the lines, where they are seen, or at once when there is no below.
private struct MissingLogs {
    let isFollowing: Bool
    let surroundings: Surroundings
    private var reports: [Report] = []

    init(isFollowing: Bool, surroundings: Surroundings) {
        self.isFollowing = isFollowing
        self.surroundings = surroundings
    }

    mutating func add(_ file: UnreadableLog) {
        let report = Report(
            "cannot read \(file.path): \(file.reason)", state: "its lines are missing from what is shown",
            next: "see who may read it, then run the same command")
        if isFollowing { surroundings.errors(ReportView(style: surroundings.errorStyle).text(report)) }
        reports.append(report)
    }

    func finish() throws {
        guard !reports.isEmpty else { return }
        if isFollowing { throw ExitCode(1) }
        throw Reports(all: reports)
    }
}

/// The id of a request, also as it stands in `X-Amzn-Trace-Id`: `Root=1-…`, and on aws `;Edge=…` behind it, which tells more.
struct RequestID: ExpressibleByArgument, Equatable {
    /// Without the `=` at the end of CloudFront's.
    var text: String

    init?(argument: String) {
        let fields = argument.split { $0 == ";" || $0 == " " }
        let named = ["Edge=", "Root="].compactMap { name in
            fields.first { $0.hasPrefix(name) }?.dropFirst(name.count)
        }
        var id = named.first ?? argument[...]
        while id.hasSuffix("=") { id.removeLast() }
        guard (8...64).contains(id.count),
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else { return nil }
        text = String(id)
    }
}

/// A length of time as people type it.
struct Since: ExpressibleByArgument, Equatable {
    var seconds: Double

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
            (0...1_000_000_000).contains(count)
        else { return nil }
        seconds = Double(count) * unit
    }
}
