import Proofs
import Testing

/// Nothing in the architecture is there for nothing, and nothing can be opened unseen.
struct MutationTests {
    @Test(arguments: Sample.allCases)
    func withoutARuleThatDecidesAClaimBreaks(sample: Sample) {
        let proof = sample.proof
        let mutations = Mutation.removedRules(of: sample.network, superfluous: proof.superfluous)
        #expect(mutations.count > 20)
        for mutation in mutations {
            #expect(Proof(mutation.network, choices: Choice.of(sample.stack)).isBroken, "\(sample): \(mutation)")
        }
    }

    /// Without a list or a group there is more than before, or less: one of both is seen.
    @Test(arguments: Sample.allCases)
    func withoutAPartTheProofChanges(sample: Sample) {
        let proof = sample.proof
        for mutation in Mutation.removedParts(of: sample.network) {
            expectChange(proof, sample, mutation)
        }
    }

    @Test(arguments: Sample.allCases)
    func openingAnythingChangesTheProof(sample: Sample) {
        let proof = sample.proof
        let mutations = Mutation.openings(of: sample.network)
        #expect(mutations.count > 50)
        for mutation in mutations { expectChange(proof, sample, mutation) }
    }

    /// A rule that says what another says already cannot be seen to go; it is named instead.
    @Test(arguments: Sample.allCases)
    func whatChangesNothingIsNamed(sample: Sample) {
        let proof = sample.proof
        for spare in proof.superfluous {
            let mutations = Mutation.removed(spare, of: sample.network)
            #expect(!mutations.isEmpty)
            for mutation in mutations {
                let changed = Proof(mutation.network, choices: Choice.of(sample.stack))
                #expect(changed.links == proof.links, "\(sample): \(mutation)")
                #expect(changed.superfluous != proof.superfluous, "\(sample): \(mutation)")
            }
        }
    }

    private func expectChange(_ before: Proof, _ sample: Sample, _ mutation: Mutation) {
        let after = Proof(mutation.network, choices: Choice.of(sample.stack))
        #expect(before.links != after.links || before.verdicts != after.verdicts, "\(sample): \(mutation)")
    }
}
