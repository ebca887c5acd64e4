import Plans
import Resources
import Stacks
import TestKit
import Testing

struct ResourcePlannerTests {
    @Test func whatWasJustAppliedNeedsNoChange() {
        let plan = ResourcePlanner.plan(Sample.graph, Sample.running)
        #expect(plan.isEmpty, "\(plan.changes.map { "\($0.address) \($0.reason)" })")
        #expect(plan.unchanged == Sample.graph.resources.count)
    }

    @Test func fromNothingEverythingIsCreatedInOrder() {
        let plan = ResourcePlanner.plan(Sample.graph, World(lookups: ImaginedCloud.lookups))
        #expect(plan.changes.map(\.address) == Sample.graph.resources.map(\.address))
        #expect(plan.count(.create) == plan.changes.count)
        #expect(plan.refusals.isEmpty)
    }

    /// Whatever a world looks like, one plan that is carried out leaves nothing to do: killed runs, hands in the console,
    /// older manifests.
    @Test(arguments: UInt64(1)...200)
    func anyWorldIsRightAfterOnePlan(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let graph = Sample.graph
        let world = disturbed(Sample.running, &random)
        let all = Set(graph.resources.map(\.address)).union(world.resources.keys).union(world.strays.map(\.address))
        let plan = ResourcePlanner.plan(graph, world, allowing: all)
        #expect(plan.refusals.isEmpty, "seed \(seed): \(plan.refusals)")
        var cloud = ImaginedCloud(world)
        cloud.apply(plan)
        let again = ResourcePlanner.plan(graph, cloud.world)
        #expect(again.isEmpty, "seed \(seed): \(again.changes.map { "\($0.address): \($0.fields)" })")
    }

    private func disturbed(_ world: World, _ random: inout SeededGenerator) -> World {
        var world = world
        for address in world.resources.keys.sorted() {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: world.resources[address] = nil
            case 1: world.resources[address]?.state = .failed("no capacity")
            case 2: world.resources[address]?.state = .deleting
            case 3: world.resources[address]?.tags["team"] = "somebody"
            case 4: world.resources[address]?.tags["owner"] = "somebody"
            case 5, 6:
                world.resources[address]?.settings.visitValues { value in
                    if Bool.random(using: &random) { value = "\(value)-by-hand" }
                }
            case 7: if let found = world.resources[address] { world.strays.append(found) }
            case 8:
                if var found = world.resources[address] {
                    found.address = Address(found.address.group, found.settings.kind.rawValue, "of-old")
                    world.strays.append(found)
                }
            default: break
            }
        }
        return world
    }

    @Test func everySettingIsCompared() {
        for resource in Sample.graph.resources {
            let fields = resource.settings.resolved(knowing: KnownFacts(Sample.running)).fields
            #expect(FieldChange.differences(from: fields, to: fields).isEmpty, "\(resource.address)")
            for index in fields.indices {
                var other = fields
                other[index].value = fields[index].value.another
                let changes = FieldChange.differences(from: other, to: fields)
                guard fields[index].onChange != .onlyAtCreation else {
                    #expect(changes.isEmpty, "\(resource.address) \(fields[index].name)")
                    continue
                }
                #expect(changes.map(\.name) == [fields[index].name], "\(resource.address)")
                #expect(changes.first?.old == other[index].value && changes.first?.new == fields[index].value)
            }
        }
    }

    @Test func everyValueThatChangesInTheWorldAppears() {
        let (graph, world) = (Sample.graph, Sample.running)
        for address in world.resources.keys.sorted() {
            for index in 0..<(world.resources[address]?.settings.values.count ?? 0) {
                var drifted = world
                var position = 0
                drifted.resources[address]?.settings.visitValues { value in
                    if position == index { value = "drifted" }
                    position += 1
                }
                let change = ResourcePlanner.plan(graph, drifted).changes.first { $0.address == address }
                let onlyAtCreation = graph[address]?.settings.fields.contains { $0.onChange == .onlyAtCreation } == true
                #expect(change != nil || onlyAtCreation, "\(address) value \(index)")
            }
        }
    }

    // MARK: What follows from what

    @Test func aNewRevisionOfATaskDefinitionReachesItsService() {
        var stack = Sample.stack
        stack.services[0].environment["LOG_LEVEL"] = "debug"
        let plan = ResourcePlanner.plan(StackResources.graph(of: stack), Sample.running)
        #expect(
            plan.changes.map(\.address.text) == ["application.task-definition.web", "application.service.web"])
        #expect(plan.changes.last?.fields.map(\.name) == ["task-definition"])
        #expect(plan.changes.last?.reason == "follows application.task-definition.web")
    }

    @Test func aDrillsVersionIsNoReleaseAndGoesWithTheNextPlan() throws {
        var world = Sample.running
        let web = try #require(world.resources[Address(.application, "task-definition", "web")])
        guard case .taskDefinition(let definition) = web.settings else {
            Issue.record("there is no task definition")
            return
        }
        let version = DrillVersion.resource(like: definition, of: "web", container: "web", tags: web.tags)
        guard case .taskDefinition(let settings) = version.settings else {
            Issue.record("it is no task definition")
            return
        }
        #expect(settings.family.literal == "shop-production-web_drill")
        #expect(settings.containers.map(\.entryPoint) == [["/terrace-drill-bad-deploy"]])
        #expect(settings.containers.map(\.initProcess) == [false])
        #expect(version.tags["terrace:address"] == "application.task-definition.web.drill")
        #expect(version.tags["terrace:stack"] == web.tags["terrace:stack"])

        world.strays = [Observed(version.address, version.settings, facts: [.arn: "arn"], tags: version.tags)]
        let plan = ResourcePlanner.plan(Sample.graph, world)
        #expect(plan.changes.map(\.address) == [version.address])
        #expect(plan.changes.map(\.reason) == ["is what an interrupted drill has left"])
    }

    /// A user's copy is seen by no plan, so there is none to compare with.
    @Test func whatARestoreDrillHasLeftGoesAlthoughItIsADatabase() throws {
        var world = Sample.running
        let role = try #require(world.resources[Address(.data, "database-role", "application")])
        let cluster = try #require(world.resources.values.first { $0.settings.kind == .databaseCluster })
        let address = Address(.data, "database-cluster", "shop-drill-1")
        let tags = ["terrace:stack": "shop", "terrace:copy-for": "drill"]
        world.strays = [
            Observed(address, cluster.settings, facts: [.name: "shop-drill-1"], tags: tags),
            Observed(DrillRemains.table, role.settings, facts: role.facts),
        ]
        let plan = ResourcePlanner.plan(Sample.graph, world)
        #expect(plan.changes.map(\.address) == [DrillRemains.table, address])
        #expect(Set(plan.changes.map(\.reason)) == ["is what an interrupted drill has left"] && plan.refusals.isEmpty)
        // With a place in the stack it is the database, whatever else its tags say.
        world.strays[0].tags["terrace:address"] = "data.database-cluster.main"
        #expect(ResourcePlanner.plan(Sample.graph, world).refusals.count == 1)
    }

    @Test func aGatewayThatFailedIsReplacedAndItsTableFollows() {
        var world = Sample.running
        let gateway = Address(.network, "nat-gateway", "a")
        world.resources[gateway]?.state = .failed("Network vpc-1 has no Internet gateway attached")
        let plan = ResourcePlanner.plan(Sample.graph, world)
        #expect(
            plan.changes.map(\.address.text).sorted() == [
                "network.nat-gateway.a", "network.route-table.application-a", "operations.alarm.nat-a",
            ])
        #expect(plan.changes.first?.action == .replace(.deleteFirst))
        #expect(
            plan.changes.first?.reason
                == "must be replaced: it failed: Network vpc-1 has no Internet gateway attached")
    }

    @Test func theDesiredCountBelongsToScaling() {
        var world = Sample.running
        guard case .ecsService(var service)? = world.resources[Address(.application, "service", "web")]?.settings else {
            Issue.record("there is no service")
            return
        }
        service.desiredCount = 9
        world.resources[Address(.application, "service", "web")]?.settings = .ecsService(service)
        #expect(ResourcePlanner.plan(Sample.graph, world).isEmpty)
    }

    @Test(arguments: [("17.7", "17.9", true), ("17.7", "17.5", true), ("17.7", "18.1", false)])
    func aMinorVersionThatAWSInstalledIsNoChange(desired: String, found: String, isMet: Bool) {
        var world = Sample.running
        let cluster = Address(.data, "database-cluster")
        world.lookups[.engineVersion("auto")] = desired
        world.resources[cluster]?.settings.setVersion(found)
        #expect(ResourcePlanner.plan(Sample.graph, world, allowing: [cluster]).isEmpty == isMet)
    }

    @Test func whatIsOnItsWayUpIsNoChangeAndIsNamed() {
        var world = Sample.running
        let balancer = Address(.edge, "load-balancer")
        world.resources[balancer]?.state = .pending("provisioning")
        let plan = ResourcePlanner.plan(Sample.graph, world)
        #expect(plan.isEmpty)
        #expect(plan.pending == [balancer: "provisioning"])
    }

    // MARK: What is refused

    @Test func dataIsNeitherReplacedNorDeletedUnlessItIsNamed() {
        var stack = Sample.stack
        stack.database = nil
        let graph = StackResources.graph(of: stack)
        let cluster = Address(.data, "database-cluster")
        let refused = ResourcePlanner.plan(graph, Sample.running)
        expectGolden(refused.refusals.map(\.description).joined(separator: "\n\n") + "\n", "refused-deletion")
        #expect(ResourcePlanner.plan(graph, Sample.running, allowing: [cluster]).refusals.isEmpty)
    }

    @Test func aNameOfAnotherStackIsRefusedAndOneOfNobodyIsAdoptedWhenItMatches() {
        let (cluster, graph) = (Address(.application, "cluster"), Sample.graph)
        var world = Sample.running
        world.resources[cluster]?.tags = [:]
        #expect(ResourcePlanner.plan(graph, world).changes.map(\.action) == [.adopt])
        world.resources[cluster]?.tags = ["terrace:stack": "other"]
        let taken = ResourcePlanner.plan(graph, world)
        #expect(taken.changes.isEmpty)
        expectGolden(taken.refusals.map(\.description).joined(separator: "\n\n") + "\n", "refused-name")
    }

    /// Under its names another database may be about to stand.
    @Test func aDatabaseThatIsBeingSetAsideIsNeitherReplacedNorMadeAnew() {
        let cluster = Address(.data, "database-cluster")
        var world = Sample.running
        world.resources[cluster]?.tags["terrace:kept"] = "2026-11-30T06:35:01Z"
        if case .databaseCluster(var settings)? = world.resources[cluster]?.settings {
            settings.identifier = "shop-before-2026-11-30t06-35-01z"
            world.resources[cluster]?.settings = .databaseCluster(settings)
        }
        let plan = ResourcePlanner.plan(Sample.graph, world, allowing: [cluster])
        #expect(!plan.changes.contains { $0.address == cluster })
        #expect(
            plan.refusals.map(\.what) == [
                "data.database-cluster is being set aside: a restore in place was interrupted"
            ])
    }

    @Test func recordsOfAZoneThatTheAccountDoesNotHoldAreLeftToTheUser() {
        var world = World(lookups: ImaginedCloud.lookups)
        world.lookups[.hostedZone("shop.example.com")] = ""
        let plan = ResourcePlanner.plan(Sample.graph, world)
        #expect(
            plan.byHand.map(\.address.text) == [
                "edge.dns-record.proof", "edge.dns-record.ipv4", "edge.dns-record.ipv6",
            ])
        #expect(!plan.changes.contains { $0.kind == .dnsRecord })
    }

    // MARK: Order

    @Test func whatDependsOnAnotherGoesBeforeIt() {
        let graph = Sample.graph
        for resource in graph.resources {
            for dependency in graph.dependencies(of: resource.address) {
                guard let needed = graph[dependency.address]?.kind, needed != resource.kind else { continue }
                #expect(reachable(from: resource.kind).contains(needed), "\(resource.kind) before \(needed)")
            }
        }
        let kinds = DeletionOrder.kinds
        #expect(Set(kinds) == Set(ResourceKind.allCases))
        for kind in kinds {
            #expect(!reachable(from: kind).contains(kind), "\(kind) waits for itself")
        }
    }

    private func reachable(from kind: ResourceKind) -> Set<ResourceKind> {
        var found: Set<ResourceKind> = []
        var open = [kind]
        while let next = open.popLast() {
            for other in DeletionOrder.outliving(next) where found.insert(other).inserted { open.append(other) }
        }
        return found
    }

    @Test func destructionNamesEverythingInTheOrderInWhichItGoes() {
        var world = Sample.running
        if let first = world.resources[Address(.network, "vpc")] { world.strays = [first] }
        let plan = ResourcePlanner.destruction(of: world)
        #expect(plan.changes.count == world.resources.count + 1)
        let kinds = plan.changes.compactMap(\.kind)
        for (index, kind) in kinds.enumerated() {
            #expect(DeletionOrder.outliving(kind).isDisjoint(with: kinds[..<index]), "\(kind)")
        }
    }
}

extension FieldValue {
    /// Any value that does not mean the same.
    fileprivate var another: FieldValue {
        switch self {
        case .none: .text("something")
        case .text(let value): .text("\(value)x")
        case .secret(let value): .secret("\(value)x")
        case .version(let value, let isPinned): .version("99\(value)", isPinned: isPinned)
        case .number(let number): .number(number + 1)
        case .decimal(let number): .decimal(number + 0.5)
        case .flag(let flag): .flag(!flag)
        case .list(let elements): .list(elements + [.text("x")])
        case .set(let elements): .set(elements + [.text("x")])
        case .map(let members): .map(members.merging(["x": .flag(true)]) { $1 })
        }
    }
}

extension Settings {
    fileprivate mutating func setVersion(_ version: String) {
        guard case .databaseCluster(var cluster) = self else { return }
        cluster.version = Value(version)
        self = .databaseCluster(cluster)
    }
}
