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

    /// What AWS lets go of by itself needs no call of its own: with its manifest, and as what is left of a stack whose manifest
    /// nobody has.
    @Test(arguments: [wholeStack, ResourceGraph([])])
    func tablesAndListsGoAfterTheSubnetsThatFollowThem(_ known: ResourceGraph) throws {
        var world = World()
        for resource in Self.wholeStack.resources {
            world.resources[resource.address] = Observed(
                resource.address, resource.settings, facts: [.id: resource.address.text])
        }
        let list = try JobList(ResourcePlanner.destruction(of: world), graph: known, world: world)
        let followed: Set<ResourceKind> = [.routeTable, .networkACL]
        for (id, job) in list.jobs.enumerated() {
            let waited = waitedFor(id, list)
            let kinds = Set(waited.map { list[$0].kind })
            #expect(!waited.contains(id), "\(job.address) waits for itself")
            if followed.contains(job.kind) {
                #expect(kinds.contains(.subnet), "\(job.address)")
            } else if job.kind == .subnet || job.kind == .natGateway {
                #expect(kinds.isDisjoint(with: followed), "\(job.address)")
            } else if job.kind == .vpc {
                #expect(kinds.isSuperset(of: followed), "\(job.address)")
            }
        }
    }

    /// A circle would have everything wait for ever.
    @Test func aTieIsNotTurnedWhereTheSubnetWaitsInAnotherWay() throws {
        let (subnet, part, table) = (
            Address(.network, "subnet"), Address(.network, "part"), Address(.network, "table")
        )
        func value(_ address: Address) -> Value {
            .joined(["1", Value(Reference(address, .id, when: .identified))], by: " ")
        }
        let graph = ResourceGraph([
            Resource(subnet, SimulatedSettings.make(.subnet, identity: "1", changeable: "1")),
            Resource(part, SimulatedSettings.make(.endpoint, identity: value(subnet), changeable: "1")),
            Resource(table, SimulatedSettings.make(.routeTable, identity: value(part), changeable: value(subnet))),
        ])
        var world = World()
        for resource in graph.resources {
            world.resources[resource.address] = Observed(
                resource.address, resource.settings, facts: [.id: resource.address.text])
        }
        let list = try JobList(ResourcePlanner.destruction(of: world), graph: graph, world: world)
        let ids = Dictionary(list.jobs.enumerated().map { ($0.element.address, $0.offset) }) { first, _ in first }
        let (subnetJob, tableJob) = (try #require(ids[subnet]), try #require(ids[table]))
        #expect(waitedFor(subnetJob, list).contains(tableJob))
        #expect(!waitedFor(tableJob, list).contains(subnetJob))
    }

    private static let wholeStack = StackResources.graph(
        of: Stack(name: "shop", services: [Service(name: "web", image: "web")], database: Database()))

    private func waitedFor(_ id: Job.ID, _ list: JobList) -> Set<Job.ID> {
        var found: Set<Job.ID> = []
        var open = [id]
        while let next = open.popLast() {
            for need in list[next].needs where found.insert(need.job).inserted { open.append(need.job) }
        }
        return found
    }
}
