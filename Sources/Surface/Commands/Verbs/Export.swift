import ArgumentParser

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the stack on AWS in another tool's language, or draw it.",
        discussion: """
            The way out, and a second opinion: what `up --on aws` makes, for others to
            read, check or run. Needs no account, but for `--import`. An export is a copy:
            Terrace does not read it back.

            Examples:
              terrace export terraform
              terrace export cloudformation --environment staging --out infra/
              terrace export diagram --out shop.svg
            """,
        subcommands: [
            ExportTerraform.self, ExportCloudFormation.self, ExportShell.self, ExportDiagram.self, ExportMermaid.self,
        ])
}
