import ArgumentParser
import LocalTarget

struct DatabaseEndpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint",
        abstract: "Print the writer's and the reader's address.",
        discussion: """
            Both stay the same when the roles move to another server.

            Examples:
              terrace db endpoint
              pg_isready -h 127.0.0.1 -p $(terrace db endpoint --reader | cut -d: -f2)
            """)

    @Flag(help: "Print the reader's address and nothing else.")
    var reader = false

    @Flag(help: "Print the writer's address and nothing else.")
    var writer = false

    @OptionGroup var manifest: ManifestOption

    func validate() throws {
        if reader && writer { throw ValidationError("--reader and --writer exclude each other.") }
    }

    func run() async throws {
        let running = try await RunningStack.required(try manifest.place())
        let endpoints = try await running.client.databaseEndpoints()
        let surroundings = Surroundings.current
        if reader || writer {
            surroundings.say("\(reader ? endpoints.reader : endpoints.writer)")
        } else {
            surroundings.say("writer  \(endpoints.writer)")
            surroundings.say("reader  \(endpoints.reader)")
        }
    }
}
