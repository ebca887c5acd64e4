/// Every resource that a stack asks for, and what waits for what.
package struct ResourceGraph: Sendable, Equatable {
    /// In an order in which no resource comes before one that it needs; the given order where that leaves a choice.
    package let resources: [Resource]
    private let index: [Address: Int]
    /// By position in `resources`.
    private let needed: [[Dependency]]
    private let needing: [[Dependency]]

    /// Addresses are unique, every dependency is in the list and nothing waits for itself; anything else is our own
    /// mistake.
    package init(_ resources: [Resource]) {
        let sorted = ResourceGraph.sorted(resources)
        index = Dictionary(sorted.indices.map { (sorted[$0].address, $0) }) { first, _ in first }
        needed = sorted.map(\.dependencies)
        var needing = [[Dependency]](repeating: [], count: sorted.count)
        for position in sorted.indices {
            for dependency in needed[position] {
                guard let target = index[dependency.address] else { continue }
                needing[target].append(Dependency(sorted[position].address, dependency.moment))
            }
        }
        self.needing = needing
        self.resources = sorted
    }

    package subscript(_ address: Address) -> Resource? { index[address].map { resources[$0] } }

    /// What the resource waits for; empty for an address that is not in the graph.
    package func dependencies(of address: Address) -> [Dependency] { index[address].map { needed[$0] } ?? [] }

    /// What waits for the resource, each with the moment that it waits for.
    package func dependents(of address: Address) -> [Dependency] { index[address].map { needing[$0] } ?? [] }

    private static func sorted(_ resources: [Resource]) -> [Resource] {
        let positions = Dictionary(resources.enumerated().map { ($0.element.address, $0.offset) }) { first, _ in first }
        precondition(positions.count == resources.count, "an address stands for two resources")
        var open = resources.map(\.dependencies.count)
        var needing = [[Int]](repeating: [], count: resources.count)
        for (offset, resource) in resources.enumerated() {
            for dependency in resource.dependencies {
                guard let target = positions[dependency.address] else {
                    preconditionFailure("\(resource.address) needs \(dependency.address), which is not in the graph")
                }
                needing[target].append(offset)
            }
        }
        var result: [Resource] = []
        var free = resources.indices.filter { open[$0] == 0 }
        while let next = free.first {
            free.removeFirst()
            result.append(resources[next])
            for dependent in needing[next] {
                open[dependent] -= 1
                if open[dependent] == 0 {
                    free.insert(dependent, at: free.firstIndex { $0 > dependent } ?? free.endIndex)
                }
            }
        }
        precondition(result.count == resources.count, "resources wait for each other in a circle")
        return result
    }
}
