import Proofs
import Resources
import Stacks
import TestKit
import Testing

struct ProofTests {
    @Test(arguments: Sample.allCases)
    func whatTerraceMakesKeepsEveryClaim(sample: Sample) {
        for breach in sample.proof.verdicts.flatMap(\.breaches) { Issue.record("\(sample): \(breach)") }
        expectGolden(sample.proof.text, "proof-\(sample)")
    }

    /// How many tasks run, a network does not say; the manifest does.
    @Test(arguments: [0, 1, 2]) func aTierOfOneTaskDoesNotSurvive(fewest: Int) throws {
        var stack = Sample.standard.stack
        stack.services[0].tasks = fewest...4
        let proof = Proof(PlannedNetwork.model(of: StackResources.graph(of: stack)), choices: Choice.of(stack))
        let verdict = try #require(proof.verdicts.first { $0.claim == .survivesLossOfZone })
        let reason = "`services.web.tasks.min: \(fewest)`: ECS first has to start a task in another zone"
        #expect(verdict.outcome == (fewest < 2 ? .waived(reason) : .holds))
        #expect(proof.isWhole)
    }
}
