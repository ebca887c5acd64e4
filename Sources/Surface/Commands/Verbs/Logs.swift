import ArgumentParser
import Foundation
import LocalTarget

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the tasks wrote.",
        discussion: """
            Of a stack that does not run, what was written before is shown.

            Examples:
              terrace logs
              terrace logs web --follow
              terrace logs web.3 --since 5m
            """)

    @Argument(help: "A service (web) or one of its tasks (web.3). (default: all)")
    var service: String?

    @Flag(name: .shortAndLong, help: "Go on with the lines that come from now on.")
    var follow = false

    @Option(help: ArgumentHelp("Only lines of the last so many s, m, h or d: 90s, 5m, 2h, 1d.", valueName: "time"))
    var since: Since?

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        let surroundings = Surroundings.current
        let place = try manifest.localPlace().existing()
        let start = since.map { surroundings.now().addingTimeInterval(-$0.seconds) }
        let view = LogLineView(style: surroundings.style, timeZone: surroundings.timeZone)
        // Who follows wants what comes; a screenful of the past shows where it stands.
        let query = LogQuery(service: service, since: start, last: follow && start == nil ? 20 : nil, follow: follow)
        if let running = try await RunningStack.find(place.stackFolder) {
            try await running.client.logs(query) { surroundings.say(view.text($0)) }
        } else {
            guard !follow, place.stackFolder.hasLogs else { throw RunningStack.absent(place) }
            for await line in LogAnswer.stream(query, folder: place.stackFolder.logs) {
                surroundings.say(view.text(line))
            }
        }
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
