import Resources

/// Who depends on whom, at any distance.
struct GraphReach {
    private let reachable: [Address: Set<Address>]

    init(_ graph: ResourceGraph) {
        var reachable: [Address: Set<Address>] = [:]
        // No resource comes before one that it needs, so what a dependency reaches is known when it is asked for.
        for resource in graph.resources {
            reachable[resource.address] = graph.dependencies(of: resource.address).reduce(into: []) {
                found, dependency in
                found.insert(dependency.address)
                found.formUnion(reachable[dependency.address] ?? [])
            }
        }
        self.reachable = reachable
    }

    func depends(_ address: Address, on other: Address) -> Bool { reachable[address]?.contains(other) ?? false }
}
