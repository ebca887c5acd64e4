import AWSTarget
import Provisioning
import Resources
import Stacks
import Testing

/// The life of each kind against an API server: made, found again, changed setting by setting, gone.
struct KindTests {
    @Test(arguments: KindSample.all)
    func aPlanIsEmptyAfterEachStepOfALife(_ sample: KindSample) async throws {
        try await TargetWorld.with { world in
            for graph in sample.graphs {
                try await world.bringUp(graph)
                let rest = try await world.remaining(graph)
                #expect(rest.isEmpty, "\(rest.joined(separator: "\n"))")
            }
            guard let last = sample.graphs.last else { return }
            try await world.tearDown(last)
            let left = try await world.target.discover(last)
            #expect(left.resources.isEmpty, "\(left.resources.keys.sorted())")
        }
    }

    @Test(arguments: KindSample.all)
    func aSecondCreationMakesNoSecondThing(_ sample: KindSample) async throws {
        try await TargetWorld.with { world in
            guard let graph = sample.graphs.first else { return }
            let found = try await world.bringUp(graph)
            var facts = KnownFacts(found)
            for resource in graph.resources {
                let again = try await world.secondTarget.create(resource, knowing: facts)
                #expect(again.identity == found.resources[resource.address]?.identity, "\(resource.address)")
                facts.facts[resource.address] = again.facts
            }
            let rest = try await world.remaining(graph)
            #expect(rest.isEmpty, "\(rest.joined(separator: "\n"))")
        }
    }
}
