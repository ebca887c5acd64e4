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
              terrace db endpoint --on aws --writer
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
        let surroundings = Surroundings.current
        let (writer, reader) = try await addresses()
        if self.reader || self.writer {
            surroundings.say(self.reader ? reader : writer)
        } else {
            surroundings.say("writer  \(writer)")
            surroundings.say("reader  \(reader)")
        }
    }

    private func addresses() async throws -> (writer: String, reader: String) {
        let place = try manifest.place()
        guard manifest.stack.on == .local else {
            let database = try await CloudDatabase.read(manifest.stack.request(try place.checked().stack))
            return ("\(database.writer):\(database.port)", "\(database.reader):\(database.port)")
        }
        let endpoints = try await RunningStack.required(place).client.databaseEndpoints()
        return ("\(endpoints.writer)", "\(endpoints.reader)")
    }
}
