import Costs
import Exports
import Resources
import Stacks

extension DiagramPrices {
    /// The expected column of `terrace cost`, from the snapshot of this program.
    ///
    /// - Throws: A report where a price is not known.
    init(_ stack: Stack) throws {
        let estimate = try Estimator.estimate(
            StackResources.graph(of: stack), of: stack, prices: StackPrices.snapshot(for: stack.region))
        let groups = ResourceGroup.allCases.map { ($0, estimate.total(of: $0).expected) }
        self.init(
            total: estimate.total.expected,
            groups: Dictionary(groups.filter { $0.1 > .zero }) { first, _ in first })
    }
}
