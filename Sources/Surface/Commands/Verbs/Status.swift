import ArgumentParser
import Foundation
import LocalTarget

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show tiers, tasks and database servers on one screen.",
        discussion: """
            On aws: what exists of each tier, what is on its way or broken, which alarms
            are on, what differs from the manifest, and where it is reached.

            Examples:
              terrace status
              terrace status --json | jq .phase
              terrace status --on aws
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(help: "Print everything as JSON: seconds, bytes, times in UTC.")
    var json = false

    func run() async throws {
        let surroundings = Surroundings.current
        let place = try manifest.place()
        guard manifest.stack.on == .local else {
            return try await CloudStatusReading(
                request: manifest.stack.request(try place.checked().stack), json: json)()
        }
        let running = try await RunningStack.required(place)
        let status = try await running.client.status()
        if json {
            surroundings.output(try StatusJSON.text(status))
        } else {
            let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 80
            let view = StatusView(style: surroundings.style, width: max(40, width), now: surroundings.now())
            surroundings.output(view.text(status))
        }
    }
}

/// `status --json`: keys sorted, times as ISO 8601.
enum StatusJSON {
    static func text(_ status: StackStatus) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(status), as: UTF8.self) + "\n"
    }
}
