import Resources
import TestKit
import Testing

struct ResourceGraphTests {
    private static func gateway(_ name: String, needs: [Dependency] = []) -> Resource {
        Resource(Address(.network, "address", name), .elasticAddress(ElasticAddressSettings()), needs: needs)
    }

    @Test func nothingComesBeforeWhatItNeeds() {
        for seed in UInt64(1)...50 {
            var random = SeededGenerator(seed: seed)
            let names = (0..<30).map { "r\($0)" }
            let resources = names.indices.map { index in
                let needs = (0..<index).filter { _ in Int.random(in: 0..<6, using: &random) == 0 }
                    .map { Dependency(Address(.network, "address", names[$0]), .ready) }
                return Self.gateway(names[index], needs: needs)
            }
            let graph = ResourceGraph(resources.shuffled(using: &random))
            var seen: Set<Address> = []
            for resource in graph.resources {
                #expect(
                    graph.dependencies(of: resource.address).allSatisfy { seen.contains($0.address) }, "seed \(seed)")
                seen.insert(resource.address)
            }
            #expect(seen.count == resources.count)
        }
    }

    @Test func aReferenceIsADependencyWithItsMoment() {
        let vpc = Address(.network, "vpc")
        let subnet = Address(.network, "subnet", "public-a")
        let graph = ResourceGraph([
            Resource(
                subnet,
                .subnet(
                    SubnetSettings(
                        vpc: Value(Reference(vpc, .id)), cidr: "10.0.1.0/24", zone: Value(Lookup.zoneID(0)))),
                needs: [Dependency(vpc, .ready)]),
            Resource(vpc, .vpc(VPCSettings(cidr: "10.0.0.0/16"))),
        ])
        #expect(graph.resources.map(\.address) == [vpc, subnet])
        #expect(graph.dependencies(of: subnet) == [Dependency(vpc, .ready)])
        #expect(graph.dependents(of: vpc) == [Dependency(subnet, .ready)])
    }

    @Test func whatIsKnownIsFilledInAndTheRestStays() {
        let vpc = Address(.network, "vpc")
        let settings = Settings.subnet(
            SubnetSettings(vpc: Value(Reference(vpc, .id)), cidr: "10.0.1.0/24", zone: Value(Lookup.zoneID(1))))
        let known = KnownFacts(facts: [vpc: [.id: "vpc-1"]])
        let expected = Settings.subnet(
            SubnetSettings(vpc: "vpc-1", cidr: "10.0.1.0/24", zone: Value(Lookup.zoneID(1))))
        #expect(settings.resolved(knowing: known) == expected)
        #expect(expected.values.flatMap(\.lookups) == [.zoneID(1)])
    }
}
