import ArgumentParser
import Foundation
import LocalTarget

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the tasks wrote.",
        discussion: """
            Of a stack that does not run, what was written before is shown.
            Every answer has the id of its request in the field x-request-id; with
            it, --request shows what edge, firewall, load balancer and tasks wrote
            about that one. Tasks find it in X-Amzn-Trace-Id, on both targets.

            Examples:
              terrace logs
              terrace logs web --follow
              terrace logs web.3 --since 5m
              terrace logs --filter error --since 1h
              terrace logs --request 1-6925a8f2-5d1c0ab34b1e3f2a90c4e871
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

    func validate() throws {
        if follow, request != nil {
            throw ValidationError("--request shows what a request has left behind: it cannot follow.")
        }
    }

    func run() async throws {
        let surroundings = Surroundings.current
        let place = try manifest.localPlace().existing()
        let start = since.map { surroundings.now().addingTimeInterval(-$0.seconds) }
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        // Who follows wants what comes; a screenful of the past shows where it stands.
        let query = LogQuery(
            service: service, since: start, last: follow && start == nil ? 20 : nil, follow: follow, filter: filter,
            request: request?.text)
        if let running = try await RunningStack.find(place.stackFolder) {
            try await running.client.logs(query) { surroundings.say(view.text($0)) }
        } else {
            guard !follow, place.stackFolder.hasLogs else { throw RunningStack.absent(place) }
            for await line in LogAnswer.stream(query, in: place.stackFolder) {
                surroundings.say(view.text(line))
            }
        }
    }
}

/// The id of a request, also as it stands in `X-Amzn-Trace-Id`: `Root=1-…`.
struct RequestID: ExpressibleByArgument, Equatable {
    var text: String

    init?(argument: String) {
        let root = argument.split(separator: ";").first { $0.hasPrefix("Root=") }?.dropFirst(5) ?? argument[...]
        guard (8...64).contains(root.count),
            root.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        else { return nil }
        text = String(root)
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
