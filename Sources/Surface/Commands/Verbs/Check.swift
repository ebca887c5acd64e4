import ArgumentParser
import Stacks

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say every mistake in the manifest.",
        discussion: """
            Nothing is started and nothing is changed. Exit code 1 when there is a mistake.

            Examples:
              terrace check
              terrace check --environment staging shop/terrace.yaml
            """)

    @OptionGroup var manifest: ManifestArgument

    func run() async throws {
        let place = try manifest.place()
        let stack = try place.checked().stack
        let services = Figures.number(stack.services.count, "service")
        let database = stack.database.map { "a database with \(Figures.number($0.readers, "reader"))" } ?? "no database"
        Surroundings.current.say("\(place.shownName) is right: stack \(stack.fullName), \(services), \(database)")
    }
}
