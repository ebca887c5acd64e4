import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import Testing

@testable import Commands

/// What the drill `restore` decides and tells on AWS, without AWS.
@Suite struct RestoreDrillTests {
    private static let stack = Stack(name: "shop", services: [Service(name: "web")], database: Database())
    private static let graph = StackResources.graph(of: stack)

    private static func look(
        kept: Bool = false, _ change: (inout DatabaseClusterSettings) -> Void = { _ in }
    ) -> CloudLook {
        var world = World()
        for resource in graph.resources {
            guard case .databaseCluster(var settings) = resource.settings else { continue }
            change(&settings)
            let tags = kept ? ["terrace:kept": "2026-11-30T06:35:01Z"] : [:]
            world.resources[resource.address] = Observed(
                resource.address, .databaseCluster(settings), facts: [.name: "shop"], tags: tags)
        }
        return CloudLook(graph: graph, world: world, plan: ResourcePlanner.plan(graph, world))
    }

    private static func seen(
        window: ClosedRange<Int>? = 1000...2000, copy: CloudRestores.Copy.Progress? = nil
    ) -> CloudRestores {
        let copies = copy.map { progress in
            CloudRestores.Cluster(
                name: "shop-from-x", copy: .init(source: .moment(1500), purpose: .succession, progress: progress))
        }
        return CloudRestores(
            clusters: [.init(name: "shop", isPlaced: true, window: window)] + [copies].compactMap { $0 })
    }

    @Test(
        arguments: [
            (look(), seen(), nil),
            (look(kept: true), seen(), "data.database-cluster is being set aside"),
            (look(), seen(copy: .taking("2026-11-30T06:35:01Z")), "a restore in place of the database of shop"),
            (look(), seen(copy: .making), nil), (look(), seen(copy: .ready), nil),
            (look { $0.dataAPI = false }, seen(), "the Data API of shop is off"),
            (look { $0.backupDays = 0 }, seen(), "RDS keeps no backups of shop"),
            (look(), seen(window: nil), "RDS has no backup of shop yet"),
            (look(), CloudRestores(clusters: []), "the database of shop does not exist yet"),
        ] as [(CloudLook, CloudRestores, String?)])
    func whatCannotBeRestoredIsSaidBeforeAnythingIsMade(look: CloudLook, seen: CloudRestores, said: String?) throws {
        let readiness = RestoreDrillReadiness(stack: Self.stack, look: look, seen: seen)
        guard let said else { return try readiness.check() }
        let report = #expect(throws: Report.self) { try readiness.check() }
        #expect(report?.what.hasPrefix(said) == true, "\(report?.what ?? "")")
        #expect(report?.details.contains { $0.label == "next" } == true)
    }

    @Test(
        arguments: [
            ("eu-west-1", "its server, a db.t4g.medium, costs $0."),
            ("ap-south-1", "its server costs what the database's first one does meanwhile"),
        ])
    func whatTheCopyCostsIsSaidWherePricesAreKnown(region: String, text: String) {
        #expect(RestoreDrillCost(graph: Self.graph, region: region).text.hasPrefix(text))
    }

    private static func remove(_ cloud: FakeCloud) async throws -> Report? {
        let request = CloudRequest(stack: stack, environment: [:])
        let removal = RestoreDrillRemoval(
            session: cloud.session(request), look: look(), stop: StopSwitch(), told: { _ in })
        do throws(Report) {
            try await removal()
            return nil
        } catch { return error }
    }

    private static var copies: [Observed] {
        look().world.resources.values.map { database in
            Observed(
                Address(.data, "database-cluster", "shop-drill-x"), database.settings, facts: [.name: "shop-drill-x"],
                tags: [DrillRemains.purposeTag: DrillRemains.purpose])
        }
    }

    @Test func tableAndCopyGoWithoutAFinalSnapshot() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.beside = Self.copies }
        #expect(try await Self.remove(cloud) == nil)
        #expect(cloud.memory.withLock { $0.asked == [.remove] && $0.deletions == [.deleteData] })
    }

    /// The copy goes although the table cannot, and the table is named with what removes it.
    @Test func whatIsLeftIsNamedWithWhatRemovesIt() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { ($0.beside, $0.refusal) = (Self.copies, Report("the database is away")) }
        let report = try #require(try await Self.remove(cloud))
        #expect(cloud.memory.withLock { $0.deletions == [.deleteData] })
        #expect(report.details.map(\.text).first == "the table terrace_drill.commits: the database is away")
        #expect(report.details.last?.text.hasPrefix("`terrace up --on aws` removes what is left") == true)
    }
}
