import Plans
import Provisioning
import Resources
import Stacks
import Testing

/// What goes although something else that changes might hold it, too.
struct RemovalOrderTests {
    private static let (cluster, instance, board) = (
        Address(.data, "cluster"), Address(.data, "instance"), Address(.operations, "board")
    )

    /// The new dashboard needs the new cluster, which comes after the old one; by their kinds alone the instance that goes
    /// might have to wait for the dashboard.
    @Test func aRemovedInstanceGoesBeforeItsClusterThatIsReplaced() throws {
        let graph = ResourceGraph([
            Resource(Self.cluster, SimulatedSettings.make(.databaseCluster, identity: "2", changeable: "1")),
            Resource(
                Self.board,
                SimulatedSettings.make(
                    .dashboard, identity: "1",
                    changeable: .joined(["2", Value(Reference(Self.cluster, .id, when: .identified))], by: " "))),
        ])
        var world = World()
        for (address, kind, identity, changeable) in [
            (Self.cluster, ResourceKind.databaseCluster, "1", "1"),
            (Self.instance, .databaseInstance, "1 cluster", "1"),
            (Self.board, .dashboard, "1", "1 cluster"),
        ] {
            world.resources[address] = Observed(
                address, SimulatedSettings.make(kind, identity: Value(identity), changeable: Value(changeable)),
                facts: [.id: address == Self.cluster ? "cluster" : address.text])
        }
        let plan = ResourcePlanner.plan(graph, world, allowing: Set(world.resources.keys))
        let list = try JobList(plan, graph: graph, world: world)
        let removals = list.jobs.indices.filter { if case .delete = list[$0].work { true } else { false } }
        let old = try #require(removals.first { list[$0].address == Self.cluster })
        let removed = try #require(removals.first { list[$0].address == Self.instance })
        #expect(waitedFor(old, list).contains(removed))
        #expect(!waitedFor(removed, list).contains(old))
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
