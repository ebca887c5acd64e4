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
}
