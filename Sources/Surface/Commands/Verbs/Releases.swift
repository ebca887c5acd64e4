import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct Releases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the releases of the services, the newest first.",
        discussion: """
            The last ten are kept, with what they ran; `terrace rollback --to` brings one
            back. On aws they are the active revisions of the task definition.

            Examples:
              terrace releases
              terrace releases web --json | jq '.[0].running'
            """)

    @Argument(help: "Which service. (default: all)")
    var service: String?

    @Flag(help: "Print everything as JSON.")
    var json = false

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudReleases(
                request: manifest.stack.request(stack), service: service, json: json)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let lists = try await running.client.releases(service: service)
        let surroundings = Surroundings.current
        guard !json else { return surroundings.output(try ReleasesJSON.text(lists)) }
        let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 100
        let view = ReleasesView(style: surroundings.style, width: max(40, width), now: surroundings.now())
        surroundings.output(view.text(lists))
    }
}

/// Keys sorted, times as ISO 8601.
enum ReleasesJSON {
    static func text(_ lists: [ReleaseList]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(lists), as: UTF8.self) + "\n"
    }
}
