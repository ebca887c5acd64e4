import ArgumentParser
import Exports

struct ExportDiagram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram",
        abstract: "Draw the stack on AWS as an SVG, for a design document.",
        discussion: """
            Tiers in rows, zones in columns, who talks to whom and through which port, and
            what stands beside the network. The file needs nothing but a viewer. --prices
            puts the expected column of `terrace cost` into its head.

            Examples:
              terrace export diagram --out shop.svg
              terrace export diagram --environment staging --prices > staging.svg
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the drawing goes. (default: standard output)", valueName: "file"))
    var out: String?

    @Flag(help: "Show what a month is expected to cost.")
    var prices = false

    func run() async throws {
        let stack = try export.stack()
        let drawing = DiagramExport(stack, prices: prices ? try DiagramPrices(stack) : nil)
        try ExportedText.write(drawing.svg, to: out)
    }
}
