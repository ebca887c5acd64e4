import ArgumentParser
import Exports

struct ExportMermaid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mermaid",
        abstract: "Write the stack as a Mermaid flow chart, for a README.",
        discussion: """
            Without the fence around it: put it between ```mermaid and ```. --prices
            puts the expected column of `terrace cost` into its title.

            Examples:
              terrace export mermaid
              terrace export mermaid --out shop.mmd
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the chart goes. (default: standard output)", valueName: "file"))
    var out: String?

    @Flag(help: "Show what a month is expected to cost.")
    var prices = false

    func run() async throws {
        let stack = try export.stack()
        let chart = MermaidExport(stack, prices: prices ? try DiagramPrices(stack) : nil)
        try ExportedText.write(chart.text, to: out)
    }
}
