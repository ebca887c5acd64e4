import ArgumentParser
import LocalTarget

struct TerraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terrace",
        abstract: "Runs a three-tier web application from one manifest.",
        discussion: """
            Edge, load balancer, tasks and a PostgreSQL writer and reader, on this
            machine, as terrace.yaml says.

            Start with:
              terrace init           writes a manifest for the folder you are in
              terrace up             runs it and shows what happens; Ctrl-C stops it

            Exit codes: 0 done, 1 failed, 2 changes are pending, 64 the arguments were
            not understood.
            """,
        version: "terrace \(ProductVersion.current)",
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [Up.self, Down.self, Destroy.self]),
            CommandGroup(name: "Look", subcommands: [Status.self, Logs.self, Open.self, DatabaseVerbs.self]),
            CommandGroup(name: "Write", subcommands: [Init.self, Check.self, Schema.self, Completions.self]),
            CommandGroup(name: "Inside", subcommands: [Supervise.self]),
        ])
}
