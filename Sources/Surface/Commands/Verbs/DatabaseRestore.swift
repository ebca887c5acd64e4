import ArgumentParser
import Drills
import Foundation
import LocalTarget
import Stacks

struct DatabaseRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Start a copy of the database as it was at a moment in the past.",
        discussion: """
            The copy is a server of its own beside the running database, which goes on. It
            accepts the application's role and its writes; they stay in the copy. It ends
            with the stack, or with --drop.

            Examples:
              terrace db restore --to 15m
              terrace db restore --to 2026-11-29T06:12:00Z
              terrace db restore --drop
            """)

    @Option(help: ArgumentHelp("Which moment, in UTC, or how long ago: 90s, 15m, 2h, 1d.", valueName: "time"))
    var to: String?

    @Flag(help: "End the copy and remove it.")
    var drop = false

    @OptionGroup var manifest: ManifestOption

    func validate() throws {
        guard (to == nil) == drop else { throw ValidationError("Say either --to or --drop.") }
    }

    func run() async throws {
        let surroundings = Surroundings.current
        let ordering = try await DatabaseOrdering(manifest)
        guard let to else {
            _ = try await ordering.client.database(.dropRestored)
            return surroundings.say("the restored copy is gone")
        }
        guard let moment = Moment(to, now: surroundings.now()) else {
            throw Report(
                "\(to) is no moment", expected: "2026-11-29T06:12:00Z, or how long ago, such as 15m",
                state: "nothing was changed")
        }
        guard case .restored(let copy) = try await ordering.client.database(.restore(moment.date)) else {
            throw Report("the supervisor does not say where the copy is")
        }
        let credentials = try await ordering.client.databaseCredentials()
        surroundings.say(
            "the database as of \(copy.moment.formatted(.iso8601)) answers on \(copy.endpoint) "
                + "after \(Seconds.text(copy.seconds))")
        surroundings.say(
            "  env $(terrace db credentials --show-password) PGPORT=\(copy.endpoint.port) psql \(credentials.database)")
        surroundings.say("  terrace db restore --drop")
    }
}
