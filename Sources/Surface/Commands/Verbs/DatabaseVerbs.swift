import ArgumentParser

struct DatabaseVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Reach the database, back it up, restore it, move it, rotate its password.",
        discussion: """
            Examples:
              terrace db endpoint
              terrace db credentials --show-password
              terrace db connect --reader
              terrace db restore --to 15m
            """,
        subcommands: [
            DatabaseEndpoint.self, DatabaseCredentialsVerb.self, DatabaseConnect.self, DatabaseTop.self,
            DatabaseFailover.self, DatabaseBackup.self, DatabaseRestore.self, DatabaseRotate.self,
        ])
}
