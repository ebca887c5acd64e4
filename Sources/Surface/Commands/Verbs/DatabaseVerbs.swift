import ArgumentParser

struct DatabaseVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Reach the database: where it is, with what, and a psql in it.",
        discussion: """
            Examples:
              terrace db endpoint
              terrace db credentials --show-password
              terrace db connect --reader
            """,
        subcommands: [DatabaseEndpoint.self, DatabaseCredentialsVerb.self, DatabaseConnect.self])
}
