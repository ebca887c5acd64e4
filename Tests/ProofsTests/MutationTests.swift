import Resources
import Testing

@testable import Proofs

/// Nothing in the architecture is there for nothing, and nothing can be opened unseen.
struct MutationTests {
    @Test(arguments: Sample.allCases)
    func withoutARuleThatDecidesAClaimBreaks(sample: Sample) {
        let (proof, network) = (sample.proof, sample.network)
        let mutations = Mutation.removedRules(of: network, superfluous: proof.superfluous)
        let routes = network.tables.filter { Mutation.isInhabited($0.key, network) }.values.flatMap(\.routes)
        #expect(mutations.count == proof.rules + routes.count - proof.superfluous.count)
        for mutation in mutations {
            #expect(Proof(mutation.network, choices: Choice.of(sample.stack)).isBroken, "\(sample): \(mutation)")
        }
    }

    /// The settings, not what is read of them: a rule that the reader passed over would stand in no other test.
    @Test(arguments: Sample.allCases)
    func everyRuleOfTheResourcesIsRead(sample: Sample) {
        let proof = sample.proof
        let spare = Set(proof.superfluous.map(\.rule))
        var left: [String] = []
        for (name, graph) in Mutation.shortened(sample.graph) {
            let changed = Proof(PlannedNetwork.model(of: graph), choices: Choice.of(sample.stack))
            #expect(changed.network != proof.network, "\(sample): \(name)")
            if changed.links == proof.links { left.append(name) }
        }
        // What then lets the same pass is named as such, or stands where nobody is.
        for name in left {
            let isNamed = spare.contains { name.hasSuffix($0) }
            let isEmpty = sample.network.tables.keys.contains {
                name.hasPrefix($0 + ":") && !Mutation.isInhabited($0, sample.network)
            }
            #expect(isNamed || isEmpty, "\(sample): \(name)")
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
