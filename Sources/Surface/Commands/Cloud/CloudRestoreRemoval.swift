import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// `db restore --drop` and `--drop-kept` on aws: a copy goes without a trace; what was the database leaves a final snapshot.
struct CloudRestoreRemoval: Sendable {
    var request: CloudRequest
    var part: RestoredPart

    func callAsFunction() async throws {
        try CloudDatabase.isWanted(request.stack)
        try await request.open { session in
            let look = try await take(session)
            if !look.plan.changes.isEmpty { try await remove(look, session) }
            tell(look)
        }
    }

    private func take(_ session: CloudSession) async throws -> CloudLook {
        let graph = StackResources.graph(of: session.stack)
        if part == .copy { try await refuseExchange(graph, session) }
        let found = try await session.cloud.restored(part, of: graph)
        let world = World(resources: Dictionary(found.map { ($0.address, $0) }) { first, _ in first })
        return CloudLook(graph: graph, world: world, plan: ResourcePlanner.destruction(of: world))
    }

    private func refuseExchange(_ graph: ResourceGraph, _ session: CloudSession) async throws {
        let copies = try await session.cloud.restored(.copy, of: graph)
        let isTaking = copies.contains { $0.tags.values.contains { $0.hasPrefix("taking ") } }
        guard !isTaking else {
            throw Report(
                "cannot remove the restored copy: it is taking the running database's place",
                state: "nothing was changed",
                next: "`terrace db restore` with --in-place and what it was given continues that")
        }
    }

    private func remove(_ look: CloudLook, _ session: CloudSession) async throws {
        let change = CloudChange(
            session: session, command: "terrace db restore", policy: part == .copy ? .deleteData : .keepData,
            hasAsked: false, look: { try await take(session) }, agree: { _ in true })
        guard let done = try await change.run(look), !done.outcome.isComplete else { return }
        let surroundings = Surroundings.current
        let view = OutcomeView(style: surroundings.errorStyle)
        if let lost = done.lost { surroundings.errors(ReportView(style: surroundings.errorStyle).text(lost)) }
        surroundings.errors(view.failures(done.outcome))
        surroundings.say("\(view.sum(done.outcome)); run the same command again: it continues")
        throw done.exitCode
    }

    private func tell(_ look: CloudLook) {
        let surroundings = Surroundings.current
        guard part == .kept else { return surroundings.say("the restored copy is gone") }
        let clusters = look.world.resources.values.filter { $0.settings.kind == .databaseCluster }
        let names = clusters.compactMap { $0.facts[.name] }.sorted()
        if names.isEmpty { surroundings.say("nothing is kept aside") }
        for name in names { surroundings.say("deleted \(name)") }
        if !names.isEmpty {
            surroundings.say("`terrace db backup --list --on aws` shows the final snapshots of it")
        }
    }
}
