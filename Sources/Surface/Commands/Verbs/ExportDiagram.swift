import ArgumentParser
import Costs
import Exports
import Resources
import Stacks

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
        let estimate = prices ? try priced(stack) : nil
        try ExportedText.write(DiagramExport(stack, prices: estimate).svg, to: out)
    }

    private func priced(_ stack: Stack) throws -> DiagramPrices {
        let estimate = try Estimator.estimate(
            StackResources.graph(of: stack), of: stack, prices: StackPrices.snapshot(for: stack.region))
        let groups = ResourceGroup.allCases.map { ($0, estimate.total(of: $0).expected) }
        return DiagramPrices(
            total: estimate.total.expected,
            groups: Dictionary(groups.filter { $0.1 > .zero }) { first, _ in first })
    }
}
