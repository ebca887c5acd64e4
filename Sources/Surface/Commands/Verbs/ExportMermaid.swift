import ArgumentParser
import Exports

struct ExportMermaid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mermaid",
        abstract: "Write the stack as a Mermaid flow chart, for a README.",
        discussion: """
            Without the fence around it: put it between ```mermaid and ```.

            Examples:
              terrace export mermaid
              terrace export mermaid --out shop.mmd
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the chart goes. (default: standard output)", valueName: "file"))
    var out: String?

    func run() async throws { try ExportedText.write(MermaidExport(export.stack()).text, to: out) }
}
