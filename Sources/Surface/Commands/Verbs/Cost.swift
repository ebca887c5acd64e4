import ArgumentParser
import Costs
import Foundation
import Resources
import Stacks

struct Cost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Estimate what the stack costs on AWS in a month.",
        discussion: """
            Works without an account and without a network: the prices are part of this
            program, for \(PriceSnapshot.regions.dropLast().joined(separator: ", "))
            and \(PriceSnapshot.regions.last ?? ""). What a month brings is assumed as `usage:` in the
            manifest says. Exit code 1 when the expected column is above `budget:`.

            Examples:
              terrace cost
              terrace cost --why --environment staging
              terrace cost --json | jq -r .total.expected
            """)

    @Flag(help: "Also say what would change the bill, and by how much.")
    var why = false

    @Flag(help: "Read the prices from AWS's list first; needs credentials.")
    var refresh = false

    @Flag(help: "Print everything as JSON; amounts are decimal texts in dollars.")
    var json = false

    @Option(help: ArgumentHelp("With --refresh: the profile whose credentials are used.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("Merge terrace.NAME.yaml over the manifest.", valueName: "name"))
    var environment: String?

    @Argument(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file: String?

    func validate() throws {
        if profile != nil, !refresh {
            throw ValidationError("--profile needs --refresh: else nobody is asked")
        }
    }

    func run() async throws {
        let surroundings = Surroundings.current
        let stack = try ManifestPlace(file, environment: environment, in: surroundings.workingFolder).checked().stack
        var prices = try StackPrices.snapshot(for: stack.region)
        let graph = StackResources.graph(of: stack)
        var estimate = try Estimator.estimate(graph, of: stack, prices: prices)
        if refresh {
            let read = try await refreshed(estimate, stack, prices)
            prices = read.prices
            estimate = try Estimator.estimate(graph, of: stack, prices: prices)
            // Beside a JSON document, not in it.
            surroundings.errors(read.text)
        }
        let levers = why ? try Levers.all(of: stack, prices: prices) : nil
        if json {
            surroundings.output(try CostJSON.text(CostDocument(estimate, of: stack, levers: levers)))
        } else {
            let text = CostText(estimate, of: stack, prices: prices).text
            surroundings.output(text + (levers.map { "\n" + LeverText.text($0) } ?? ""))
        }
        if let report = stack.budget.flatMap({ BudgetVerdict(estimate.total, budget: $0).report }) { throw report }
    }

    /// The estimate stays one of the manifest's region, wherever the credentials are at home.
    private func refreshed(_ estimate: Estimate, _ stack: Stack, _ prices: StackPrices) async throws -> PriceRefresh {
        let request = CloudRequest(
            stack: stack, region: stack.region, profile: profile, environment: Surroundings.current.environment)
        return try await request.open { session in
            try await PriceRefresh(estimate, prices, from: session.prices)
        }
    }
}

/// `cost --json`: keys sorted.
enum CostJSON {
    static func text(_ document: CostDocument) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}
