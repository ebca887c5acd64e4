import Plans
import Provisioning
import Resources
import Stacks
import Testing

/// What AWS lets go of by itself needs no call of its own, if the one that refers goes last.
struct RemovalOrderTests {
    private static let graph = StackResources.graph(
        of: Stack(name: "shop", services: [Service(name: "web", image: "web")], database: Database()))

    /// With its manifest, and as what is left of a stack whose manifest nobody has.
    @Test(arguments: [graph, ResourceGraph([])])
    func tablesAndListsGoAfterTheSubnetsThatFollowThem(_ known: ResourceGraph) throws {
        var world = World()
        for resource in Self.graph.resources {
            world.resources[resource.address] = Observed(
                resource.address, resource.settings, facts: [.id: resource.address.text])
        }
        let list = try JobList(ResourcePlanner.destruction(of: world), graph: known, world: world)
        let followers: Set<ResourceKind> = [.routeTable, .networkACL]
        for (id, job) in list.jobs.enumerated() {
            let kinds = Set(waitedFor(id, list).map { list[$0].kind })
            if followers.contains(job.kind) {
                #expect(kinds.contains(.subnet), "\(job.address)")
            } else if job.kind == .subnet || job.kind == .natGateway {
                #expect(kinds.isDisjoint(with: followers), "\(job.address)")
            } else if job.kind == .vpc {
                #expect(kinds.isSuperset(of: followers), "\(job.address)")
            }
        }
    }

    private func waitedFor(_ id: Job.ID, _ list: JobList) -> Set<Job.ID> {
        var found: Set<Job.ID> = []
        var open = [id]
        while let next = open.popLast() {
            for need in list[next].needs where found.insert(need.job).inserted { open.append(need.job) }
        }
        return found
    }
}
